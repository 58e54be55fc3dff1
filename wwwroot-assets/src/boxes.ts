// The boxes over the picture: one path for each colour, real rectangles only for the active box and for boxes that have just come.
import { BoxIndex, boxInPixels, type Point, type Rect, type Size } from "./geometry.ts";

/** How sure the engine is of a line. */
export type Sureness = "sure" | "doubt" | "low";

/** A line's box as the server sends it: number of the line, sureness, four thousandths, label, and whether the label always shows. */
export type LineBox = [line: number, sureness: Sureness, left: number, top: number, right: number, bottom: number, label: string, pinned?: boolean];

/** A box in pixels of the picture. */
export interface Drawn { line: number; sureness: Sureness; rect: Rect; label: string; pinned: boolean }

const SVG = "http://www.w3.org/2000/svg";

/** Draws into one `svg` whose view box is the picture in pixels. */
export class BoxLayer {
  readonly #svg: SVGSVGElement;
  readonly #image: Size;
  readonly #index: BoxIndex;
  readonly #boxes: Drawn[] = [];
  readonly #byLine = new Map<number, number>();
  readonly #paths: Record<Sureness, SVGPathElement>;
  readonly #outlines = { sure: "", doubt: "", low: "" };
  readonly #found = document.createElementNS(SVG, "path");
  readonly #active = document.createElementNS(SVG, "g");
  #shown: number | undefined;
  #shownBox: Drawn | undefined;
  #fresh: SVGRectElement | undefined;
  #freshBox: Drawn | undefined;

  constructor(svg: SVGSVGElement, image: Size) {
    this.#svg = svg;
    this.#image = image;
    this.#index = new BoxIndex(image);
    svg.setAttribute("viewBox", `0 0 ${image.width} ${image.height}`);
    const path = (sureness: Sureness) => {
      const made = document.createElementNS(SVG, "path");
      if (sureness !== "sure") made.setAttribute("class", sureness);
      return made;
    };
    this.#paths = { sure: path("sure"), doubt: path("doubt"), low: path("low") };
    this.#found.setAttribute("class", "found");
    svg.replaceChildren(this.#paths.sure, this.#paths.doubt, this.#paths.low, this.#found, this.#active);
  }

  /** How many boxes there are. */
  get count(): number { return this.#boxes.length; }

  /** Adds boxes; the last one is shown as new until the next comes. */
  add(boxes: readonly LineBox[]): void {
    const settled = { sure: "", doubt: "", low: "" };
    const made = boxes.map(([line, sureness, left, top, right, bottom, label, pinned = false]): Drawn => ({ line, sureness, rect: boxInPixels([left, top, right, bottom], this.#image), label, pinned }));
    const last = made.at(-1);
    for (const box of made) {
      const { line, sureness } = box;
      this.#byLine.set(line, this.#boxes.push(box) - 1);
      this.#index.add(box.rect);
      if (box !== last) settled[sureness] += outline(box.rect);
    }
    if (!last) return;
    this.settle();
    for (const sureness of ["sure", "doubt", "low"] as const) this.#extend(sureness, settled[sureness]);
    this.#freshBox = last;
    this.#fresh = rectangle(last, "new");
    this.#svg.insertBefore(this.#fresh, this.#active);
  }

  /** Draws the newest box like all others. */
  settle(): void {
    if (!this.#freshBox) return;
    this.#extend(this.#freshBox.sureness, outline(this.#freshBox.rect));
    this.#fresh?.remove();
    this.#fresh = this.#freshBox = undefined;
  }

  #extend(sureness: Sureness, more: string): void {
    if (more === "") return;
    this.#outlines[sureness] += more;
    this.#paths[sureness].setAttribute("d", this.#outlines[sureness]);
  }

  /** Marks the boxes of these lines as found. */
  find(lines: readonly number[]): void {
    const found = lines.map(line => this.#boxes[this.#byLine.get(line) ?? -1]).filter(box => box !== undefined);
    this.#found.setAttribute("d", found.map(box => outline(box.rect)).join(""));
  }

  /** Boxes whose labels always show. */
  get pinned(): readonly Drawn[] { return this.#boxes.filter(box => box.pinned); }

  /** All boxes, for a picture of them. */
  get all(): readonly { rect: Rect; sureness: Sureness }[] { return this.#boxes; }

  /** Shows one line's box as active, or none; gives back its box and label. */
  activate(line: number | undefined): Drawn | undefined {
    if (line === this.#shown) return this.#shownBox;
    const number = line === undefined ? undefined : this.#byLine.get(line), box = number === undefined ? undefined : this.#boxes[number];
    this.#active.replaceChildren(...(box ? [rectangle(box, "halo"), rectangle(box, "on")] : []));
    this.#shown = box ? line : undefined;
    return this.#shownBox = box;
  }

  /** The line whose box lies at a place of the picture. */
  lineAt(place: Point, least: Size): number | undefined {
    return this.#boxes[this.#index.at(place, least)]?.line;
  }

  /** Whether another line's box begins inside a rectangle of the picture. */
  beginsIn(rect: Rect, line: number): boolean {
    return this.#index.beginsIn(rect, this.#byLine.get(line) ?? -1);
  }
}

function outline({ x, y, width, height }: Rect): string { return `M${x} ${y}h${width}v${height}h${-width}z`; }

function rectangle(box: Drawn, kind: "new" | "on" | "halo"): SVGRectElement {
  const made = document.createElementNS(SVG, "rect");
  for (const side of ["x", "y", "width", "height"] as const) made.setAttribute(side, String(box.rect[side]));
  made.setAttribute("class", kind === "halo" || box.sureness === "sure" ? kind : `${box.sureness} ${kind}`);
  if (kind !== "halo") made.dataset.line = String(box.line);
  return made;
}
