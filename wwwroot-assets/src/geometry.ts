// Arithmetic of the viewer, free of the page: everything here is pure and tested in test/geometry.test.ts.

/** A rectangle by its corner and size. */
export interface Rect { x: number; y: number; width: number; height: number }

/** A size. */
export interface Size { width: number; height: number }

/** A place. */
export interface Point { x: number; y: number }

/** Quarter turns clockwise. */
export type Turns = 0 | 1 | 2 | 3;

/** Image pixels of air around a read line. */
export const AIR = 3;

/** How far the picture can be enlarged beyond fitting, and made smaller. */
export const ZOOM = { least: 0.5, most: 12, step: 1.25 } as const;

/** The box of a line in image pixels with air around it: corners come in thousandths of the upright picture. */
export function boxInPixels([left, top, right, bottom]: readonly [number, number, number, number], image: Size): Rect {
  const x = (Math.min(left, right) * image.width) / 1000, y = (Math.min(top, bottom) * image.height) / 1000;
  const width = (Math.abs(right - left) * image.width) / 1000, height = (Math.abs(bottom - top) * image.height) / 1000;
  return { x: x - AIR, y: y - AIR, width: width + 2 * AIR, height: height + 2 * AIR };
}

/** Screen pixels for one image pixel when the turned picture just fits the pane. */
export function fitScale(image: Size, pane: Size, turns: Turns): number {
  const turned = turns % 2 === 1;
  return Math.min(pane.width / (turned ? image.height : image.width), pane.height / (turned ? image.width : image.height));
}

/** The view of the picture: how much larger than fitting, and how far its centre lies from the pane's centre, in screen pixels. */
export interface View { zoom: number; x: number; y: number; turns: Turns }

/** The picture as it fits. */
export const FIT: View = { zoom: 1, x: 0, y: 0, turns: 0 };

/** Enlarges by a factor so that the place under the pointer (from the pane's centre) stays where it is. */
export function zoomAt(view: View, factor: number, at: Point): View {
  const zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, view.zoom * factor)), real = zoom / view.zoom;
  return { ...view, zoom, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real };
}

/** Keeps at least a part of the picture in the pane: it may be dragged until its edge meets the pane's centre, and not at all while it fits. */
export function keepInside(view: View, image: Size, pane: Size): View {
  const scale = fitScale(image, pane, view.turns) * view.zoom, turned = view.turns % 2 === 1;
  const width = (turned ? image.height : image.width) * scale, height = (turned ? image.width : image.height) * scale;
  const most = (picture: number, room: number) => (picture <= room + 0.5 ? 0 : picture / 2);
  const clamp = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) + 0;
  return { ...view, x: clamp(view.x, most(width, pane.width)), y: clamp(view.y, most(height, pane.height)) };
}

/** A place on the screen, from the pane's centre, as a place in the picture. */
export function toImage(at: Point, view: View, image: Size, pane: Size): Point {
  const scale = fitScale(image, pane, view.turns) * view.zoom;
  const dx = (at.x - view.x) / scale, dy = (at.y - view.y) / scale;
  const [ux, uy] = view.turns === 0 ? [dx, dy] : view.turns === 1 ? [dy, -dx] : view.turns === 2 ? [-dx, -dy] : [-dy, dx];
  return { x: ux + image.width / 2, y: uy + image.height / 2 };
}

/** The view moved just so far that the box stands in the pane with a margin. */
export function reveal(view: View, box: Rect, image: Size, pane: Size, margin = 24): View {
  const at = onScreen(box, view, image, pane);
  const shift = (low: number, size: number, room: number) => {
    const least = -room / 2 + margin, most = room / 2 - margin;
    if (size > most - least) return -(low + size / 2);
    return low < least ? least - low : low + size > most ? most - low - size : 0;
  };
  return keepInside({ ...view, x: view.x + shift(at.x, at.width, pane.width), y: view.y + shift(at.y, at.height, pane.height) }, image, pane);
}

/** A box of the picture as it stands on the screen, from the pane's centre. */
export function onScreen(box: Rect, view: View, image: Size, pane: Size): Rect {
  const scale = fitScale(image, pane, view.turns) * view.zoom;
  const turn = (x: number, y: number): Point => {
    const dx = (x - image.width / 2) * scale, dy = (y - image.height / 2) * scale;
    const [tx, ty] = view.turns === 0 ? [dx, dy] : view.turns === 1 ? [-dy, dx] : view.turns === 2 ? [-dx, -dy] : [dy, -dx];
    return { x: tx + view.x, y: ty + view.y };
  };
  const a = turn(box.x, box.y), b = turn(box.x + box.width, box.y + box.height);
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/** Finds boxes by place; a box reaches at least `least` around its centre, and the nearest centre wins. */
export class BoxIndex {
  readonly #cells = new Map<number, number[]>();
  readonly #boxes: Rect[] = [];
  readonly #cell: number;
  readonly #columns: number;

  constructor(image: Size, cells = 48) {
    this.#cell = Math.max(1, Math.max(image.width, image.height) / cells);
    this.#columns = cells + 2;
  }

  /** Adds a box; its number is the count before it. */
  add(box: Rect): void {
    const number = this.#boxes.push(box) - 1;
    this.#visit(box, key => {
      const cell = this.#cells.get(key);
      if (cell) cell.push(number); else this.#cells.set(key, [number]);
    });
  }

  /** The number of the box at a place, or -1. */
  at(place: Point, least: Size): number {
    let best = -1, distance = Infinity;
    const reach: Rect = { x: place.x - least.width / 2, y: place.y - least.height / 2, width: least.width, height: least.height };
    this.#visit(reach, key => {
      for (const number of this.#cells.get(key) ?? []) {
        const box = this.#boxes[number]!, cx = box.x + box.width / 2, cy = box.y + box.height / 2;
        const inside = Math.abs(place.x - cx) <= Math.max(box.width, least.width) / 2 && Math.abs(place.y - cy) <= Math.max(box.height, least.height) / 2;
        if (!inside) continue;
        // Distance in half sizes: a small box that lies on a large one is met before it.
        const d = Math.hypot((place.x - cx) / Math.max(box.width, least.width), (place.y - cy) / Math.max(box.height, least.height));
        if (d < distance) { distance = d; best = number; }
      }
    });
    return best;
  }

  /** Whether a box other than `except` begins inside a rectangle. */
  beginsIn(rect: Rect, except: number): boolean {
    return this.#boxes.some((box, number) => number !== except && box.x < rect.x + rect.width && box.x >= rect.x - 1 && box.y < rect.y + rect.height && box.y + box.height > rect.y);
  }

  #visit(rect: Rect, each: (key: number) => void): void {
    const clamp = (value: number) => Math.min(this.#columns - 1, Math.max(0, Math.floor(value / this.#cell)));
    for (let row = clamp(rect.y); row <= clamp(rect.y + rect.height); row++)
      for (let column = clamp(rect.x); column <= clamp(rect.x + rect.width); column++)
        each(row * this.#columns + column);
  }
}

/** Where the label of the active box goes: right of it where no other box begins there, else above, else below, else left; never out of the pane. All in screen pixels of the pane. */
export function placeLabel(box: Rect, label: Size, pane: Size, rightIsFree: boolean): Point & { side: "right" | "above" | "below" | "left" } {
  const gap = 4, middle = box.y + box.height / 2 - label.height / 2;
  const into = (value: number, size: number, room: number) => Math.min(Math.max(0, room - size), Math.max(0, value));
  const x = into(box.x, label.width, pane.width), y = into(middle, label.height, pane.height);
  if (rightIsFree && box.x + box.width + gap + label.width <= pane.width) return { side: "right", x: box.x + box.width + gap, y };
  if (box.y - label.height - 1 >= 0) return { side: "above", x, y: box.y - label.height - 1 };
  if (box.y + box.height + label.height + 1 <= pane.height) return { side: "below", x, y: box.y + box.height + 1 };
  return { side: "left", x: into(box.x - gap - label.width, label.width, pane.width), y };
}
