// Seconds from the drop of a picture to its first text on the screen, in a real browser on a running server.
//   node bench/first-text.mjs [--url http://localhost:7860] [--repeat 10] [--out FILE] [FILE...]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { keep, launch, median, root } from "./browser.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: "string", default: "http://localhost:7860" }, repeat: { type: "string", default: "10" }, out: { type: "string" } },
});
const files = positionals.length > 0 ? positionals : ["bench/pages/page-0.png", "demo-model/samples/02-receipt-en.png"].map(file => join(root, file));
const repeat = Number(values.repeat), WARMUP = 2;

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
const protocol = await page.context().newCDPSession(page);
const pictures = mkdtempSync(join(tmpdir(), "first-text-"));

// Marks the drop, the answer to the upload and the first text, the last one in the frame that shows it.
await page.addInitScript(() => {
  const marks = window.marks = {};
  addEventListener("drop", event => { marks.drop ??= event.timeStamp; }, { capture: true });
  new MutationObserver(() => {
    if (marks.text || !marks.drop) return;
    const shown = [...document.querySelectorAll(".lines li [dir=auto], .pane pre.json")].some(element => element.textContent.trim().length > 0);
    if (!shown) return;
    marks.text = performance.now();
    requestAnimationFrame(() => setTimeout(() => { marks.frame = performance.now(); }));
  }).observe(document, { childList: true, subtree: true, characterData: true });
});

/** The picture with one pixel changed, so that the vision cache does not know it. */
async function variant(file, number) {
  const type = extname(file) === ".png" ? "image/png" : "image/jpeg";
  const bytes = await page.evaluate(async ([data, type, number]) => {
    const image = new Image();
    image.src = `data:${type};base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight }), context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    context.fillStyle = `rgb(${number * 7 % 256} ${number * 31 % 256} 128)`;
    context.fillRect(0, 0, 8, 8);
    return canvas.toDataURL(type, 0.95).split(",")[1];
  }, [readFileSync(file).toString("base64"), type, number]);
  const path = join(pictures, `${number}-${basename(file)}`);
  writeFileSync(path, Buffer.from(bytes, "base64"));
  return path;
}

async function once(file, number) {
  await page.goto(values.url);
  await page.waitForFunction(() => document.documentElement.dataset.live === "true");
  const path = await variant(file, number), box = await page.locator(".drop").boundingBox();
  await page.waitForTimeout(300);
  for (const type of ["dragEnter", "dragOver", "drop"])
    await protocol.send("Input.dispatchDragEvent", { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [path], dragOperationsMask: 1 } });
  await page.waitForFunction(() => window.marks.frame && document.querySelector(".pane:not([aria-busy])"), undefined, { timeout: 120_000 });
  const marks = await page.evaluate(() => {
    const sent = performance.getEntriesByType("resource").filter(entry => entry.name.endsWith("/documents")).at(-1);
    return { ...window.marks, sent: sent?.startTime, answered: sent?.responseEnd };
  });
  const run = await page.evaluate(async () => (await fetch(`runs/${new URLSearchParams(location.search).get("run")}/json`)).json());
  const round = milliseconds => Math.round(milliseconds * 10) / 10;
  const engine = run.seconds.first_token * 1000;
  return {
    first_text_ms: round(marks.frame - marks.drop),
    upload_ms: round(marks.answered - marks.drop),
    engine_first_token_ms: round(engine),
    engine_picture_ms: round(run.seconds.picture * 1000),
    engine_vision_ms: round(run.seconds.vision * 1000),
    engine_prefill_ms: round(run.seconds.prefill * 1000),
    page_ms: round(marks.frame - marks.drop - engine),
    frame_ms: round(marks.frame - marks.text),
  };
}

const documents = [];
try {
  for (const file of files.map(file => resolve(file))) {
    const runs = [];
    for (let number = 0; number < WARMUP + repeat; number++) {
      const run = await once(file, number);
      if (number >= WARMUP) runs.push(run);
    }
    const medians = Object.fromEntries(Object.keys(runs[0]).map(key => [key, median(runs.map(run => run[key]))]));
    documents.push({ file: basename(file), median: medians, runs });
    console.log(`${basename(file)}: first text ${medians.first_text_ms} ms after the drop (engine ${medians.engine_first_token_ms} ms, upload ${medians.upload_ms} ms, page ${medians.page_ms} ms over the engine), median of ${repeat}`);
  }
} finally {
  await browser.close();
  rmSync(pictures, { recursive: true });
}
if (values.out) keep(values.out, "first-text", repeat, { documents });
