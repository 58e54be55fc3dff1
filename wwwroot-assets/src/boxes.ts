// The boxes over the picture: one path for each colour, real rectangles only for the active box and for boxes that have just come.
import { BoxIndex, boxInPixels, type Point, type Rect, type Size } from "./geometry.ts";

/** How sure the engine is of a line. */
export type Sureness = "sure" | "doubt" | "low";

/** A line's box as the server sends it: number of the line, sureness, four thousandths, label. */
export type LineBox = [line: number, sureness: Sureness, left: number, top: number, right: number, bottom: number, label: string];

interface Drawn { line: number; sureness: Sureness; rect: Rect; label: string }

const SVG = "http://www.w3.org/2000/svg";

/** Draws into one `svg` whose view box is the picture in pixels. */
export class BoxLayer {
  readonly #svg: SVGSVGElement;
  readonly #image: Size;
  readonly #index: BoxIndex;
  readonly #boxes: Drawn[] = [];
  readonly #byLine = new Map<number, number>();
  readonly #paths: Record<Sureness, SVGPathElement>;
  readonly #active = document.createElementNS(SVG, "g");
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
    svg.replaceChildren(this.#paths.sure, this.#paths.doubt, this.#paths.low, this.#active);
  }

  /** How many boxes there are. */
  get count(): number { return this.#boxes.length; }

  /** Adds boxes; the last one is shown as new until the next comes. */
  add(boxes: readonly LineBox[]): void {
    for (const [line, sureness, left, top, right, bottom, label] of boxes) {
      const box = { line, sureness, rect: boxInPixels([left, top, right, bottom], this.#image), label };
      this.#byLine.set(line, this.#boxes.push(box) - 1);
      this.#index.add(box.rect);
      this.settle();
      this.#freshBox = box;
      this.#fresh = rectangle(box, "new");
      this.#svg.insertBefore(this.#fresh, this.#active);
    }
  }

  /** Draws the newest box like all others. */
  settle(): void {
    if (!this.#freshBox) return;
    const { rect: { x, y, width, height }, sureness } = this.#freshBox, path = this.#paths[sureness];
    path.setAttribute("d", `${path.getAttribute("d") ?? ""}M${x} ${y}h${width}v${height}h${-width}z`);
    this.#fresh?.remove();
    this.#fresh = this.#freshBox = undefined;
  }

  /** Shows one line's box as active, or none; gives back its box and label. */
  activate(line: number | undefined): Drawn | undefined {
    const number = line === undefined ? undefined : this.#byLine.get(line), box = number === undefined ? undefined : this.#boxes[number];
    this.#active.replaceChildren(...(box ? [rectangle(box, "halo"), rectangle(box, "on")] : []));
    return box;
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

function rectangle(box: Drawn, kind: "new" | "on" | "halo"): SVGRectElement {
  const made = document.createElementNS(SVG, "rect");
  for (const side of ["x", "y", "width", "height"] as const) made.setAttribute(side, String(box.rect[side]));
  made.setAttribute("class", kind === "halo" || box.sureness === "sure" ? kind : `${box.sureness} ${kind}`);
  if (kind !== "halo") made.dataset.line = String(box.line);
  return made;
}
