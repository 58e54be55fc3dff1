// The focus stays where one works while what has it is drawn again as something else: a row whose "Retry" became "Cancel",
// a head whose "Pause" became "Resume". Elements marked data-keeps-focus say within what.

const CONTROLS = ":is(button, a[href]):not([disabled])";
const PLACE = "[data-keeps-focus]";

/** Watches a page as long as it is open. */
export class KeptFocus {
  #place: HTMLElement | undefined;
  #at = 0;
  #row: string | undefined;
  #observer = new MutationObserver(() => this.#restore());

  attend(): void {
    document.addEventListener("focusin", this.#remember);
    document.addEventListener("focusout", this.#forget);
    this.#observer.observe(document.body, { childList: true, subtree: true });
  }

  leave(): void {
    document.removeEventListener("focusin", this.#remember);
    document.removeEventListener("focusout", this.#forget);
    this.#observer.disconnect();
    this.#place = undefined;
  }

  #remember = (event: FocusEvent): void => {
    const focused = event.target as HTMLElement;
    this.#place = focused.closest<HTMLElement>(PLACE) ?? undefined;
    this.#at = this.#place ? controls(this.#place).indexOf(focused) : 0;
    this.#row = focused.closest<HTMLElement>("tr[aria-rowindex]")?.getAttribute("aria-rowindex") ?? undefined;
  };

  /** Somebody clicked beside it: what was there is let go. What was taken away has left the page by the time this is looked at. */
  #forget = (event: FocusEvent): void => {
    const left = event.target as HTMLElement;
    queueMicrotask(() => { if (left.isConnected && event.relatedTarget === null && document.hasFocus()) this.#place = undefined; });
  };

  #restore(): void {
    if (!this.#place || (document.activeElement !== document.body && document.activeElement !== null)) return;
    // A row that was taken out leaves its number to the next one.
    const place = this.#place.isConnected ? this.#place : [0, 1].map(back => document.querySelector<HTMLElement>(`tr[aria-rowindex="${Number(this.#row) - back}"] ${PLACE}`)).find(Boolean);
    if (!place) return;
    const all = controls(place);
    (all[this.#at] ?? all.at(-1))?.focus({ preventScroll: true });
  }
}

function controls(place: HTMLElement): HTMLElement[] {
  return [...place.querySelectorAll<HTMLElement>(CONTROLS)].filter(control => control.checkVisibility());
}
