// A click that came before the page was alive: the button was the server's drawing, and nobody listened to it.

/** Keeps the last early click on a button marked data-early, until the page's component draws its own. */
export class EarlyClick {
  #clicked: HTMLElement | undefined;

  constructor() {
    document.addEventListener("click", event => {
      if (document.documentElement.dataset.live || !(event.target instanceof Element)) return;
      this.#clicked = event.target.closest<HTMLElement>("[data-early]") ?? this.#clicked;
    }, { capture: true });
  }

  /** The component has drawn: its button is clicked. One that is still in the page was the component's already, and has been heard. */
  attend(): void {
    const clicked = this.#clicked;
    this.#clicked = undefined;
    if (clicked && !clicked.isConnected) document.querySelector<HTMLElement>(`[data-early="${CSS.escape(clicked.dataset.early!)}"]`)?.click();
  }
}
