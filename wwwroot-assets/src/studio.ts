// What runs in the browser beside Blazor: intake of documents, the viewer, keys, theme and menu. Blazor's components import this module.
import type { LineBox } from "./boxes.ts";
import { BatchSender } from "./batch.ts";
import { EarlyClick } from "./early.ts";
import { KeptFocus } from "./focus.ts";
import { Intake, type Listener } from "./intake.ts";
import { Lines } from "./lines.ts";
import { SearchKey } from "./search.ts";
import "./sight.ts";
import { Viewer } from "./viewer.ts";

let listener: Listener | undefined;
let viewer: Viewer | undefined;

const intake = new Intake();
const early = new EarlyClick();
const search = new SearchKey();
const searchBox = () => document.querySelector<HTMLInputElement>(".find input");
const batch = new BatchSender();
const focus = new KeptFocus();
const lines = new Lines((line, chosen) => viewer?.activate(line, chosen));

/** The Recognise page is alive: events go to its component. */
export function openPage(component: Listener): void {
  listener = component;
  intake.attend(component);
  document.documentElement.dataset.live = "true";
  early.attend();
}

/** A page without a picture is alive; gives back the visitor's time zone. */
export function openSheet(): string {
  document.documentElement.dataset.live = "true";
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The Batch page is alive: files go to its batch. */
export function openBatch(component: Listener): string {
  batch.attend(component);
  focus.attend();
  intake.divert((files, input) => { void batch.take(files, input?.dataset.replace ?? ""); });
  return openSheet();
}

/** The Batch page is gone; what it was sending is still sent. */
export function closeBatch(): void {
  batch.attend(undefined);
  focus.leave();
  intake.divert(undefined);
}

/** Leaves files that have not been sent. */
export function stopBatch(): void { batch.stop(); }

/** Asks for a file in the place of another. */
export function chooseInstead(file: string): void {
  const input = document.querySelector<HTMLInputElement>("[data-intake=replace]");
  if (!input) return;
  input.dataset.replace = file;
  input.click();
}

window.addEventListener("beforeunload", event => { if (batch.busy) event.preventDefault(); });

/** The page is gone. */
export function closePage(): void {
  listener = undefined;
  intake.attend(undefined);
  delete document.documentElement.dataset.live;
  closePicture();
}

/** Shows a picture in its pane; sizes are of the upright picture in pixels. False where another stands there or none: it is not drawn yet. */
export function showPicture(canvas: HTMLElement | null, address: string, width: number, height: number): boolean {
  closePicture();
  if (canvas?.querySelector(".page img")?.getAttribute("src") !== address) return false;
  viewer = new Viewer(canvas, { width, height }, (line, chosen) => lines.activate(line, chosen ? "box" : "hover"));
  lines.resume();
  return true;
}

/** Lets the picture go. */
export function closePicture(): void {
  viewer?.close();
  viewer = undefined;
  lines.reset();
}

/** Text was drawn: adds the boxes of its lines and stays with the caret. */
export function drawn(boxes: readonly LineBox[], running: boolean): void {
  viewer?.add(boxes);
  if (!running) viewer?.settle();
  search.drawn(searchBox());
  lines.follow();
}

/** Goes to a line and its box. */
export function goTo(line: number): void {
  lines.go(line);
}

/** Marks the boxes of lines that were looked for. */
export function found(numbers: readonly number[]): void { viewer?.find(numbers); }

/** Gives up what is being sent. */
export function stopSending(): void { intake.stop(); }

/** Moves the focus to an element, or to the first control in it. */
export function focusFirst(selector: string): void {
  const control = ":is(button, a, input, select)";
  (document.querySelector<HTMLElement>(`${selector}${control}`) ?? document.querySelector<HTMLElement>(`${selector} ${control}`))?.focus();
}

/** Copies text; gives back whether it is on the clipboard. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain HTTP from another machine has no clipboard interface; the old command still works there.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// The menu of narrow windows closes once a page was chosen, or something else was touched.
document.addEventListener("click", event => {
  const nav = document.querySelector(".nav.open");
  if (!nav || (event.target instanceof Element && event.target.closest("[data-do=menu]"))) return;
  nav.classList.remove("open");
  document.querySelector("[data-do=menu]")?.setAttribute("aria-expanded", "false");
});

const TOOLS: Record<string, string> = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", "0": "fit", r: "rotate", b: "boxes" };

document.addEventListener("click", event => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
  if (!button) return;
  const act = button.dataset.do!;
  if (act === "choose" || act === "camera") document.querySelector<HTMLInputElement>(`[data-intake=${act}]`)?.click();
  else if (act === "paste") void intake.paste();
  else if (act === "newest") lines.newest();
  else if (act === "copy") void copyBeside(button);
  else if (act === "theme") switchTheme();
  else if (act === "copy-line") void copyLine(button);
  else if (act === "save-png" || act === "save-svg") void savePicture(act === "save-png" ? "png" : "svg", button.dataset.name ?? "picture");
  else if (act === "menu") button.setAttribute("aria-expanded", String(document.querySelector(".nav")?.classList.toggle("open") ?? false));
  else viewer?.tool(act);
});

// A typed prefix is taken out here, before the server sees the text: a round trip later it would overwrite what was typed meanwhile.
document.addEventListener("input", event => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !input.matches("[data-prefixes]") || (event as InputEvent).isComposing) return;
  const prefix = /^\s*(OCR|EXTRACT|TRANSLATE)(?:::|：：)\s*/i.exec(input.value);
  if (!prefix) return;
  input.value = input.value.slice(prefix[0].length);
  void listener?.invokeMethodAsync("Prefixed", `${prefix[1]}::`);
}, { capture: true });

document.addEventListener("keydown", event => {
  // While text is composed the keys belong to the input method; browser shortcuts are never taken.
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const field = event.target instanceof HTMLElement && event.target.matches("input:not([type=radio]), textarea, select, [contenteditable]");
  const menu = event.target instanceof Element && event.target.closest("[role=menu]") !== null;
  if (event.key === "Escape") { void listener?.invokeMethodAsync("Escape"); return; }
  if (document.querySelector(".rz-dialog")) return;
  const opener = event.target instanceof Element ? event.target.closest("[aria-haspopup=menu][aria-expanded=true]") : null;
  if (opener && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); enterMenu(opener, event.key === "ArrowDown" ? 0 : -1); return; }
  if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) { event.preventDefault(); moveInMenu(event.target as Element, event.key === "ArrowDown" ? 1 : -1); return; }
  if (field || menu) return;
  if (search.press(event.key, searchBox(), document.querySelector(".pane[aria-busy]") !== null)) { event.preventDefault(); return; }
  if (event.key === "?") { event.preventDefault(); void listener?.invokeMethodAsync("ShowKeys"); return; }
  const tool = TOOLS[event.key.toLowerCase()];
  if (tool && viewer) { event.preventDefault(); viewer.tool(tool); return; }
  const radio = event.target instanceof HTMLInputElement, tab = event.target instanceof Element && event.target.closest("[role=tablist]") !== null;
  if (!radio && !tab && (event.key === "ArrowDown" || event.key === "ArrowUp") && lines.move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
});

/** Copies the code beside a button, which says so for a while. */
async function copyBeside(button: HTMLElement): Promise<void> {
  if (!await copy(button.parentElement?.querySelector("code")?.textContent ?? "")) return;
  button.dataset.label ??= button.textContent ?? "";
  button.textContent = button.dataset.done ?? "";
  setTimeout(() => { button.textContent = button.dataset.label ?? ""; }, 2000);
}

async function copyLine(button: HTMLElement): Promise<void> {
  const text = button.closest("[data-line]")?.querySelector("[data-text]")?.textContent ?? "";
  if (!await copy(text)) return;
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1200);
}

async function savePicture(kind: "png" | "svg", name: string): Promise<void> {
  if (!viewer) return;
  const address = URL.createObjectURL(await viewer.save(kind)), link = document.createElement("a");
  link.href = address;
  link.download = `${name.replace(/\.[^.]*$/, "")}-boxes.${kind}`;
  link.click();
  // The browser has read the blob once the download has begun; a moment is more than it needs.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// Formulas are set where Markdown is shown; the script for them is large and comes only then.
new MutationObserver(() => {
  const waiting = document.querySelectorAll<HTMLElement>("[data-formulas]:not([data-set])");
  if (waiting.length === 0) return;
  for (const article of waiting) {
    article.dataset.set = "";
    if (/[$\\]/.test(article.textContent ?? "")) void import("./formulas.js").then((formulas: typeof import("./formulas.ts")) => formulas.setFormulas(article));
  }
}).observe(document.body, { childList: true, subtree: true });

function moveInMenu(from: Element, step: 1 | -1): void {
  const items = [...from.closest("[role=menu]")!.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(from.closest<HTMLElement>("[role=menuitem]")!);
  items[(at + step + items.length) % items.length]?.focus();
}

/** From the button that opened a menu to its first or last item. */
function enterMenu(opener: Element, at: 0 | -1): void {
  [...opener.parentElement!.querySelectorAll<HTMLElement>("[role=menuitem]")].at(at)?.focus();
}

function switchTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
}

// A picture that cannot be drawn leaves the sign of a file in its place.
document.addEventListener("error", event => { if (event.target instanceof HTMLImageElement) event.target.classList.toggle("broken", event.target.matches(".thumb")); }, { capture: true });

// A server that has forgotten this circuit (a restart) cannot bring it back; the page itself can: its reading stands in its address.
const lost = document.getElementById("components-reconnect-modal");
if (lost)
  new MutationObserver(() => { if (lost.classList.contains("components-reconnect-rejected")) batch.whenIdle(() => location.reload()); }).observe(lost, { attributeFilter: ["class"] });
