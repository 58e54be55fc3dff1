// What the scripts that drive a real browser share. Playwright comes with HunyuanOcr.Web.Tests: build that first, or name another copy
// in PLAYWRIGHT; the browser in CHROMIUM_PATH.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function launch() {
  const { chromium } = createRequire(import.meta.url)(process.env.PLAYWRIGHT ?? join(root, "HunyuanOcr.Web.Tests/bin/Release/net10.0/.playwright/package"));
  const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(path => path && existsSync(path));
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Writes a result with what it takes to believe it: command, commit, date and machine. */
export function keep(file, scenario, repeat, result) {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const machine = { processor: cpus()[0]?.model, processors: cpus().length, node: process.version };
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, JSON.stringify({ scenario, date: new Date().toISOString(), commit, command: `node bench/${scenario}.mjs --repeat ${repeat}`, machine, ...result }, null, 2) + "\n");
}
