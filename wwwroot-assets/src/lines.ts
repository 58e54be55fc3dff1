// The lines beside the picture: linked with their boxes both ways, moved through by keys, and followed while they come.

/** Ties elements with `data-line` in the text pane to the boxes; at most one line is active. */
export class Lines {
  #active: number | undefined;
  #following = true;
  /** Where following has put the text; above it only the reader can bring it. */
  #followedTo = 0;
  readonly #onActive: (line: number | undefined, chosen: boolean) => void;

  constructor(onActive: (line: number | undefined, chosen: boolean) => void) {
    this.#onActive = onActive;
    document.addEventListener("pointerover", event => { const line = lineOf(event.target); if (line !== undefined || inText(event.target)) this.activate(line, "hover"); });
    document.addEventListener("focusin", event => { const line = lineOf(event.target); if (line !== undefined) this.activate(line, "focus"); });
    document.addEventListener("click", event => { const line = lineOf(event.target); if (line !== undefined) this.activate(line, "focus"); });
    document.addEventListener("scroll", () => this.#scrolled(), { capture: true, passive: true });
  }

  /** The active line's number. */
  get active(): number | undefined { return this.#active; }

  /** Makes a line active. Only a choice (click, key) scrolls, a hover never does. */
  activate(line: number | undefined, by: "hover" | "focus" | "box"): void {
    if (line !== this.#active) {
      document.querySelectorAll(".pane [data-line].on").forEach(element => element.classList.remove("on"));
      document.querySelector(`.pane [data-line="${line}"]`)?.classList.add("on");
      this.#active = line;
    }
    if (by === "box" && line !== undefined) this.#bring(line, "nearest");
    this.#onActive(line, by === "focus");
  }

  /** Moves to the next or previous line; gives back whether there is one. */
  move(step: 1 | -1): boolean {
    const all = [...document.querySelectorAll<HTMLElement>(".pane [data-line]")];
    if (all.length === 0) return false;
    const at = all.findIndex(element => Number(element.dataset.line) === this.#active);
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))]!;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    this.activate(Number(next.dataset.line), "focus");
    return true;
  }

  /** The element of a line in the text. */
  element(line: number | undefined): HTMLElement | null { return document.querySelector<HTMLElement>(`.pane [data-line="${line}"]`); }

  /** Moves the focus to a line and shows it in the middle. */
  go(line: number): void {
    this.#bring(line, "center");
    this.element(line)?.focus({ preventScroll: true });
    this.activate(line, "focus");
  }

  /** Scrolls a line into sight. In a long list only the lines in sight exist: there it goes to where the line must be, and again once it is there. */
  #bring(line: number, block: "nearest" | "center"): void {
    const element = this.element(line), list = document.querySelector<HTMLElement>(".pane .lines.many");
    if (element) { element.scrollIntoView({ block }); return; }
    if (!list) return;
    const scroller = scrollerOf(list.closest<HTMLElement>(".scroll")!), count = Number(list.dataset.count);
    scroller.scrollTop += list.getBoundingClientRect().top - scroller.getBoundingClientRect().top + ((line - 1) / count) * list.clientHeight - scroller.clientHeight / 2;
    const seen = new MutationObserver(() => {
      const there = this.element(line);
      if (!there || this.#active !== line) return;
      seen.disconnect();
      there.classList.add("on");
      there.scrollIntoView({ block });
    });
    seen.observe(list, { childList: true });
    setTimeout(() => seen.disconnect(), 2000);
  }

  /** A new reading begins: follow its caret. */
  reset(): void { this.#active = undefined; this.newest(); }

  /** The picture has come, perhaps after somebody went to a line: that line is the active one. */
  resume(): void { const line = lineOf(document.activeElement); if (line !== undefined) this.activate(line, "hover"); }

  /** Goes to the caret and follows it again. */
  newest(): void {
    this.#following = true;
    this.#followedTo = 0;
    this.follow();
  }

  /** Text has come: stays with the caret unless the reader has scrolled up, be it in this very moment. */
  follow(): void {
    const text = document.querySelector<HTMLElement>("[data-follow]");
    if (text && this.#following) {
      const scroller = scrollerOf(text);
      this.#following = !this.#scrolledUp(scroller);
      if (this.#following) {
        scroller.scrollTop = scroller.scrollHeight;
        this.#followedTo = scroller.scrollTop;
      }
    }
    this.#showButton(text);
  }

  #scrolled(): void {
    const text = document.querySelector<HTMLElement>("[data-follow]");
    if (!text) return;
    const scroller = scrollerOf(text);
    if (endOf(scroller) - scroller.scrollTop < NEAR) this.#following = true;
    else if (this.#scrolledUp(scroller)) this.#following = false;
    this.#showButton(text);
  }

  // A text that became shorter moves up by itself: that is not the reader.
  #scrolledUp(scroller: Element): boolean { return scroller.scrollTop < Math.min(this.#followedTo, endOf(scroller)) - NEAR; }

  #showButton(text: HTMLElement | null): void {
    const button = document.querySelector<HTMLElement>("[data-do=newest]");
    if (button) button.hidden = this.#following || !text;
  }
}

/** So many pixels from the caret still count as being there. */
const NEAR = 48;

function endOf(scroller: Element): number { return scroller.scrollHeight - scroller.clientHeight; }

/** On a narrow window the page itself scrolls, not the pane. */
function scrollerOf(text: HTMLElement): Element {
  return getComputedStyle(text).overflowY === "visible" ? document.scrollingElement! : text;
}

function inText(target: EventTarget | null): boolean { return target instanceof Element && target.closest(".pane") !== null; }

function lineOf(target: EventTarget | null): number | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>(".pane [data-line]") : null;
  return element ? Number(element.dataset.line) : undefined;
}
