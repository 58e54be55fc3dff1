// "/" goes to the search box. The box is drawn with the result: pressed a moment before, the key and what is typed after it wait for the box.

/** How long a key waits for the box, in milliseconds; later the letters are commands again. */
const PATIENCE = 1000;

/** The key that opens the search, and the letters typed right after it. */
export class SearchKey {
  #typed: string | undefined;
  #until = 0;
  readonly #now: () => number;

  /** @param now the time in milliseconds */
  constructor(now: () => number = () => performance.now()) { this.#now = now; }

  /** Takes a key that was pressed outside fields; gives back whether it is used up. */
  press(key: string, box: HTMLInputElement | null, resultIsComing: boolean): boolean {
    if (key === "/" && box) {
      this.#typed = undefined;
      box.focus();
      return true;
    }
    if (key === "/") {
      this.#typed = resultIsComing ? "" : undefined;
      this.#until = this.#now() + PATIENCE;
      return resultIsComing;
    }
    if (this.#typed === undefined || key.length !== 1 || this.#now() > this.#until) return false;
    this.#typed += key;
    return true;
  }

  /** The page was drawn: what waited goes into the box, once it is there. */
  drawn(box: HTMLInputElement | null): void {
    if (this.#typed === undefined || !box) return;
    const typed = this.#typed;
    this.#typed = undefined;
    if (typed === "" && this.#now() > this.#until) return;
    box.focus();
    if (typed === "") return;
    box.value += typed;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
