// Takes the pictures of the documentation from a running server: node take.mjs ADDRESS [FOLDER]. take.sh starts one with the demo model.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, root } from "../../bench/browser.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [address, folder = here] = process.argv.slice(2);
const LARGEST = 250_000;
const WIDE = { viewport: { width: 1200, height: 750 } };
const READ_BEFORE = ["02-receipt-en.png", "04-card-zh.jpg", "09-receipt-zh.jpg"];
const shots = [
  { name: "recognise-light", sample: "05-table-en.png", line: 1, options: { ...WIDE, locale: "en-GB", colorScheme: "light" } },
  { name: "recognise-dark", sample: "01-notice-zh.jpg", line: 3, options: { ...WIDE, locale: "zh-CN", colorScheme: "dark" } },
  { name: "recognise-fields", sample: "04-card-zh.jpg", options: { ...WIDE, locale: "en-GB", colorScheme: "light" } },
  { name: "batch", batch: ["03-invoice-zh.png", "02-receipt-en.png", "05-table-en.png", "01-notice-zh.jpg", "04-card-zh.jpg", "07-business-card-en.png", "08-letter-en.jpg", "09-receipt-zh.jpg"], options: { ...WIDE, locale: "en-GB", colorScheme: "light" } },
  { name: "history", where: "/history", options: { ...WIDE, locale: "en-GB", colorScheme: "light" } },
  { name: "status", where: "/status", options: { ...WIDE, locale: "en-GB", colorScheme: "dark" } },
  { name: "recognise-lines", sample: "10-sign-en.png", tab: 1, options: { ...WIDE, locale: "en-GB", colorScheme: "light" } },
  { name: "recognise-mobile", sample: "10-sign-en.png", options: { viewport: { width: 390, height: 844 }, locale: "en-GB", colorScheme: "light", isMobile: true, hasTouch: true } },
];

const browser = await launch();
try {
  for (const { name, sample, batch, line, tab, where, options } of shots) {
    const page = await (await browser.newContext(options)).newPage();
    // Pages about what was read show something only once something was.
    for (const file of where ? READ_BEFORE : batch ? [] : [sample]) {
      await page.goto(address);
      await page.waitForFunction(() => document.documentElement.dataset.live === "true");
      const button = page.locator(`.sample:visible:has(img[src="samples/${file}"])`);
      await (options.hasTouch ? button.tap() : button.click());
      await page.waitForFunction(() => document.querySelector(".pane:not([aria-busy])"), undefined, { timeout: 120_000 });
    }
    if (batch) {
      await page.goto(`${address}/batch`);
      await page.waitForFunction(() => document.documentElement.dataset.live === "true");
      await page.locator("#file").setInputFiles(batch.map(file => join(root, "demo-model/samples", file)));
      // Some are read, one is being read, some wait.
      await page.waitForFunction(() => document.querySelectorAll("tr.done").length >= 3 && document.querySelector("tr.reading"), undefined, { timeout: 240_000 });
    }
    if (where) {
      await page.waitForTimeout(2000);
      await page.goto(address + where);
      await page.waitForTimeout(2500);
    }
    if (tab) {
      await page.getByRole("tab").nth(tab).click();
      await page.evaluate(() => document.querySelectorAll(".scroll").forEach(pane => pane.scrollTo(0, 0)));
    }
    if (line) await page.locator(`.lines li[data-line="${line}"]`).click();
    // The pointer and a scrolled page would show states of their own.
    await page.mouse.move(1, 1);
    await page.evaluate(() => scrollTo(0, 0));
    // Boxes fade in, pictures decode.
    await page.waitForTimeout(600);
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });
    const bytes = statSync(path).size;
    if (bytes > LARGEST) throw new Error(`${path} has ${bytes} bytes; ${LARGEST} at most belong into the repository.`);
    console.log(`${path}: ${bytes} bytes`);
    await page.context().close();
  }
} finally {
  await browser.close();
}
