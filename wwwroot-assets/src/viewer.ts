// The picture pane: fit, zoom at the pointer, drag, turn, boxes, and the label of the active box.
import { BoxLayer, type Drawn, type LineBox } from "./boxes.ts";
import { pictureWithBoxes } from "./snapshot.ts";
import { FIT, ZOOM, fitScale, keepInside, onScreen, placeLabel, reveal, toImage, zoomAt, type Point, type Size, type Turns, type View } from "./geometry.ts";

/** Least size of a box that can be hit, in screen pixels. */
const LEAST_HIT = 24;

/** Shows one picture in a `.canvas`; told of lines by the server, tells which line the pointer is on. */
export class Viewer {
  readonly #canvas: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #page: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #tag: HTMLElement;
  readonly #pins = new Map<Drawn, HTMLElement>();
  readonly #image: Size;
  readonly #boxes: BoxLayer;
  readonly #stop = new AbortController();
  readonly #resized: ResizeObserver;
  readonly #pointers = new Map<number, Point>();
  readonly #onLine: (line: number | undefined, chosen: boolean) => void;
  #frame = 0;
  #view: View = FIT;
  #active: number | undefined;
  #dragged = false;

  constructor(canvas: HTMLElement, image: Size, onLine: (line: number | undefined, chosen: boolean) => void) {
    this.#canvas = canvas;
    this.#image = image;
    this.#onLine = onLine;
    this.#stage = canvas.querySelector<HTMLElement>(".stage")!;
    this.#page = canvas.querySelector<HTMLElement>(".page")!;
    this.#svg = canvas.querySelector<SVGSVGElement>(".ov")!;
    this.#tag = canvas.querySelector<HTMLElement>(".tag")!;
    this.#page.style.setProperty("--w", String(image.width));
    this.#page.style.setProperty("--h", String(image.height));
    this.#boxes = new BoxLayer(this.#svg, image);
    this.#resized = new ResizeObserver(() => this.#draw());
    this.#resized.observe(this.#stage);
    this.#listen();
    this.#draw();
  }

  /** Lets go of the page. */
  close(): void {
    this.#stop.abort();
    cancelAnimationFrame(this.#frame);
    this.#resized.disconnect();
    this.#svg.replaceChildren();
    this.#tag.hidden = true;
    for (const pin of this.#pins.values()) pin.remove();
    this.#page.style.transform = "";
  }

  /** Adds boxes of lines that have been read. */
  add(boxes: readonly LineBox[]): void {
    this.#boxes.add(boxes);
    for (const box of this.#boxes.pinned)
      if (!this.#pins.has(box)) this.#pins.set(box, this.#canvas.appendChild(this.#tag.cloneNode() as HTMLElement));
    this.#label();
  }

  /** Marks the boxes of lines that were looked for. */
  find(lines: readonly number[]): void { this.#boxes.find(lines); }

  /** The picture with its boxes as a file, upright and in its own pixels. */
  save(kind: "png" | "svg"): Promise<Blob> {
    return pictureWithBoxes(this.#page.querySelector("img")!, this.#image, this.#svg.classList.contains("off") ? [] : this.#boxes.all, kind);
  }

  /** The reading has ended: no box is new any more. */
  settle(): void { this.#boxes.settle(); }

  /** Marks the box of a line, and moves it into sight where the line was chosen. */
  activate(line: number | undefined, show: boolean): void {
    this.#active = line;
    const box = this.#boxes.activate(line);
    if (box && show) this.#look(reveal(this.#view, box.rect, this.#image, this.#pane()));
    this.#label();
  }

  /** Does what a button of the tool pill or its key asks for. */
  tool(name: string): void {
    switch (name) {
      case "zoom-in": this.#look(zoomAt(this.#view, ZOOM.step, { x: 0, y: 0 })); break;
      case "zoom-out": this.#look(zoomAt(this.#view, 1 / ZOOM.step, { x: 0, y: 0 })); break;
      case "fit": this.#look({ ...FIT, turns: this.#view.turns }); break;
      case "rotate": this.#look({ ...FIT, turns: ((this.#view.turns + 1) % 4) as Turns }); break;
      case "boxes": {
        const off = this.#svg.classList.toggle("off");
        this.#canvas.querySelector("[data-do=boxes]")?.setAttribute("aria-pressed", String(!off));
        this.#label();
        break;
      }
    }
  }

  #pane(): Size { return { width: this.#stage.clientWidth, height: this.#stage.clientHeight }; }

  #look(view: View): void {
    this.#view = keepInside(view, this.#image, this.#pane());
    // A wheel or a finger reports more often than the screen draws.
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); });
  }

  #draw(): void {
    const { zoom, x, y, turns } = this.#view, scale = fitScale(this.#image, this.#pane(), turns) * zoom;
    this.#page.classList.toggle("turned", turns % 2 === 1);
    this.#page.style.transform = zoom === 1 && turns === 0 && x === 0 && y === 0 ? "" : `translate(${x}px, ${y}px) rotate(${turns * 90}deg) scale(${zoom})`;
    this.#canvas.classList.toggle("zoomed", zoom > 1);
    const output = this.#canvas.querySelector("output");
    if (output && scale > 0) output.textContent = `${Math.round(scale * 100)}%`;
    this.#label();
  }

  #label(): void {
    const active = this.#boxes.activate(this.#active), off = this.#svg.classList.contains("off");
    this.#tag.hidden = !active;
    if (active) this.#place(this.#tag, active);
    for (const [box, pin] of this.#pins) {
      pin.hidden = off || box === active;
      if (!pin.hidden) this.#place(pin, box);
    }
  }

  /** A label lies beside the page, not in it, so it neither turns nor grows with it. */
  #place(tag: HTMLElement, box: Drawn): void {
    tag.textContent = box.label;
    tag.className = box.sureness === "sure" ? "tag" : `tag ${box.sureness}`;
    const pane = { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
    const stage = this.#pane(), at = onScreen(box.rect, this.#view, this.#image, stage);
    const screen = { ...at, x: at.x + this.#stage.offsetLeft + stage.width / 2, y: at.y + this.#stage.offsetTop + stage.height / 2 };
    const label = { width: tag.offsetWidth, height: tag.offsetHeight };
    const scale = fitScale(this.#image, stage, this.#view.turns) * this.#view.zoom;
    const beside = { x: box.rect.x + box.rect.width, y: box.rect.y, width: (label.width + 8) / scale, height: box.rect.height };
    const place = placeLabel(screen, label, pane, !this.#boxes.beginsIn(beside, box.line));
    tag.style.transform = `translate(${Math.round(place.x)}px, ${Math.round(place.y)}px)`;
  }

  #fromCentre(event: MouseEvent): Point {
    const stage = this.#stage.getBoundingClientRect();
    return { x: event.clientX - stage.left - stage.width / 2, y: event.clientY - stage.top - stage.height / 2 };
  }

  #lineAt(event: MouseEvent): number | undefined {
    if (this.#svg.classList.contains("off")) return undefined;
    const pane = this.#pane(), least = LEAST_HIT / (fitScale(this.#image, pane, this.#view.turns) * this.#view.zoom);
    return this.#boxes.lineAt(toImage(this.#fromCentre(event), this.#view, this.#image, pane), { width: least, height: least });
  }

  #listen(): void {
    const signal = this.#stop.signal;
    this.#stage.addEventListener("wheel", event => {
      event.preventDefault();
      this.#look(zoomAt(this.#view, Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), this.#fromCentre(event)));
    }, { signal, passive: false });
    this.#page.addEventListener("pointerdown", event => this.#press(event), { signal });
    this.#page.addEventListener("pointermove", event => this.#move(event), { signal });
    for (const end of ["pointerup", "pointercancel"] as const)
      this.#page.addEventListener(end, event => this.#release(event), { signal });
    this.#page.addEventListener("pointerleave", () => { if (this.#pointers.size === 0) this.#onLine(undefined, false); }, { signal });
    this.#page.addEventListener("click", event => {
      const line = this.#lineAt(event);
      if (!this.#dragged && line !== undefined) this.#onLine(line, true);
    }, { signal });
    this.#page.addEventListener("dblclick", event => { if (this.#lineAt(event) === undefined) this.#look(this.#view.zoom > 1 ? { ...FIT, turns: this.#view.turns } : zoomAt(this.#view, 2.5, this.#fromCentre(event))); }, { signal });
  }

  #press(event: PointerEvent): void {
    this.#dragged = false;
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, this.#fromCentre(event));
    if (this.#pointers.size === 2 || this.#view.zoom > 1) this.#page.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId), now = this.#fromCentre(event);
    if (!before) {
      const line = this.#lineAt(event);
      this.#svg.classList.toggle("hit", line !== undefined);
      if (event.pointerType === "mouse") this.#onLine(line, false);
      return;
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      // Two fingers: the distance between them zooms at their middle.
      const spread = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      this.#look(zoomAt(this.#view, spread, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }));
    } else if (this.#view.zoom > 1) {
      this.#look({ ...this.#view, x: this.#view.x + now.x - before.x, y: this.#view.y + now.y - before.y });
      this.#canvas.classList.add("dragging");
    }
    if (Math.hypot(now.x - before.x, now.y - before.y) > 2) this.#dragged = true;
    this.#pointers.set(event.pointerId, now);
  }

  #release(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    this.#canvas.classList.remove("dragging");
  }
}
