import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { LineBox } from "../src/boxes.ts";

/** As much of an element as the layer needs; counts how often it is written to. */
class Element {
  writes = 0;
  children: Element[] = [];
  readonly dataset: Record<string, string> = {};
  readonly #attributes = new Map<string, string>();
  constructor(readonly name: string, readonly parent?: { element?: Element }) {}
  setAttribute(name: string, value: string): void { this.writes++; this.#attributes.set(name, value); }
  getAttribute(name: string): string | null { return this.#attributes.get(name) ?? null; }
  replaceChildren(...children: Element[]): void { this.children = children; }
  insertBefore(child: Element, before: Element): void { this.children.splice(this.children.indexOf(before), 0, child); holder.set(child, this); }
  remove(): void { const parent = holder.get(this); if (parent) parent.children = parent.children.filter(child => child !== this); }
}
const holder = new Map<Element, Element>();
let made: Element[] = [];
beforeEach(() => { made = []; });
Object.assign(globalThis, { document: { createElementNS: (_: string, name: string) => { const element = new Element(name); made.push(element); return element; } } });
const { BoxLayer } = await import("../src/boxes.ts");

const image = { width: 1000, height: 1000 };
const line = (number: number, sureness: LineBox[1] = "sure"): LineBox => [number, sureness, 100, number % 900, 300, (number % 900) + 8, `Line ${number}`];
const layer = () => { const svg = new Element("svg"); return { svg, boxes: new BoxLayer(svg as unknown as SVGSVGElement, image) }; };
const path = (svg: Element, name: string | null) => svg.children.find(child => child.name === "path" && child.getAttribute("class") === name)!;

test("1,500 boxes make a handful of elements and one write for each colour", () => {
  const { svg, boxes } = layer();
  boxes.add(Array.from({ length: 1500 }, (_, i) => line(i + 1, i % 10 === 0 ? "doubt" : "sure")));
  boxes.settle();
  assert.ok(made.length < 10, `${made.length} elements`);
  assert.equal((path(svg, null).getAttribute("d")!.match(/M/g) ?? []).length + (path(svg, "doubt").getAttribute("d")!.match(/M/g) ?? []).length, 1500);
  assert.ok(path(svg, null).writes < 5, `${path(svg, null).writes} writes`);
});

test("the newest box stands out until the next comes", () => {
  const { svg, boxes } = layer();
  boxes.add([line(1)]);
  assert.equal(svg.children.filter(child => child.name === "rect").length, 1);
  boxes.add([line(2)]);
  assert.equal(svg.children.filter(child => child.name === "rect").length, 1);
  assert.equal(svg.children.find(child => child.name === "rect")!.dataset.line, "2");
  boxes.settle();
  assert.equal(svg.children.filter(child => child.name === "rect").length, 0);
});

test("lines that were found are marked, and unmarked by the next search", () => {
  const { svg, boxes } = layer();
  boxes.add([line(1), line(20), line(50)]);
  boxes.find([1, 50, 99]);
  assert.equal(path(svg, "found").getAttribute("d")!.match(/M/g)!.length, 2);
  boxes.find([]);
  assert.equal(path(svg, "found").getAttribute("d"), "");
});

test("asking for the same active box again draws nothing anew", () => {
  const { boxes } = layer();
  boxes.add([line(1), line(20)]);
  const first = boxes.activate(20), count = made.length;
  assert.equal(boxes.activate(20), first);
  assert.equal(made.length, count);
  assert.equal(boxes.activate(undefined), undefined);
});
