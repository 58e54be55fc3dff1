import assert from "node:assert/strict";
import { test } from "node:test";
import { AIR, BoxIndex, FIT, boxInPixels, fitScale, keepInside, onScreen, placeLabel, reveal, toImage, zoomAt, type Turns, type View } from "../src/geometry.ts";

const image = { width: 1240, height: 1754 }, pane = { width: 700, height: 760 };
const near = (actual: number, expected: number, message?: string) => assert.ok(Math.abs(actual - expected) < 1e-6, `${message ?? ""} ${actual} is not ${expected}`);

test("thousandths become pixels of the upright picture with air around them", () => {
  assert.deepEqual(boxInPixels([100, 200, 300, 250], { width: 2000, height: 1000 }), { x: 200 - AIR, y: 200 - AIR, width: 400 + 2 * AIR, height: 50 + 2 * AIR });
});

test("swapped corners give the same box", () => {
  assert.deepEqual(boxInPixels([300, 250, 100, 200], image), boxInPixels([100, 200, 300, 250], image));
});

test("a turned picture fits by its turned sides", () => {
  near(fitScale({ width: 100, height: 200 }, { width: 400, height: 400 }, 0), 2);
  near(fitScale({ width: 100, height: 200 }, { width: 200, height: 400 }, 1), 1);
});

test("zooming keeps the place under the pointer", () => {
  for (const turns of [0, 1, 2, 3] as Turns[]) {
    const view: View = { zoom: 2, x: 30, y: -40, turns }, at = { x: 120, y: -75 };
    const before = toImage(at, view, image, pane), after = toImage(at, zoomAt(view, 1.7, at), image, pane);
    near(after.x, before.x, `turns ${turns}`);
    near(after.y, before.y, `turns ${turns}`);
  }
});

test("zoom stops at its limits", () => {
  assert.equal(zoomAt({ ...FIT, zoom: 11 }, 4, { x: 0, y: 0 }).zoom, 12);
  assert.equal(zoomAt({ ...FIT, zoom: 0.6 }, 0.1, { x: 0, y: 0 }).zoom, 0.5);
});

test("a box on the screen and back is the same place, at every turn", () => {
  const box = { x: 200, y: 300, width: 80, height: 20 };
  for (const turns of [0, 1, 2, 3] as Turns[]) {
    const view: View = { zoom: 3, x: 11, y: 7, turns }, screen = onScreen(box, view, image, pane);
    const back = toImage({ x: screen.x + screen.width / 2, y: screen.y + screen.height / 2 }, view, image, pane);
    near(back.x, 240, `turns ${turns}`);
    near(back.y, 310, `turns ${turns}`);
    assert.equal(screen.width > screen.height, turns % 2 === 0);
  }
});

test("a picture that fits cannot be dragged away", () => {
  assert.deepEqual(keepInside({ ...FIT, x: 300, y: -200 }, image, pane), FIT);
});

test("revealing moves a hidden box into the pane and leaves a visible one alone", () => {
  const view: View = { zoom: 6, x: 0, y: 0, turns: 0 };
  const middle = { x: 600, y: 870, width: 40, height: 10 };
  assert.deepEqual(reveal(view, middle, image, pane), view);
  const corner = { x: 20, y: 30, width: 40, height: 10 }, moved = onScreen(corner, reveal(view, corner, image, pane), image, pane);
  assert.ok(moved.x >= -pane.width / 2 && moved.x + moved.width <= pane.width / 2, JSON.stringify(moved));
  assert.ok(moved.y >= -pane.height / 2 && moved.y + moved.height <= pane.height / 2, JSON.stringify(moved));
});

test("the nearest centre wins where boxes overlap", () => {
  const index = new BoxIndex(image);
  index.add({ x: 0, y: 0, width: 600, height: 400 });
  index.add({ x: 100, y: 100, width: 60, height: 20 });
  assert.equal(index.at({ x: 130, y: 110 }, { width: 10, height: 10 }), 1);
  assert.equal(index.at({ x: 400, y: 300 }, { width: 10, height: 10 }), 0);
  assert.equal(index.at({ x: 900, y: 900 }, { width: 10, height: 10 }), -1);
});

test("a tiny box is met within its least reach", () => {
  const index = new BoxIndex(image);
  index.add({ x: 100, y: 100, width: 4, height: 4 });
  assert.equal(index.at({ x: 112, y: 102 }, { width: 24, height: 24 }), 0);
  assert.equal(index.at({ x: 116, y: 102 }, { width: 24, height: 24 }), -1);
});

test("boxes beyond the picture's edge are still found", () => {
  const index = new BoxIndex(image);
  index.add({ x: 1200, y: 1740, width: 80, height: 40 });
  assert.equal(index.at({ x: 1239, y: 1753 }, { width: 10, height: 10 }), 0);
});

test("1,500 boxes are found as by looking at each of them", () => {
  const index = new BoxIndex(image), boxes = Array.from({ length: 1500 }, (_, i) => ({ x: (i % 30) * 41, y: Math.floor(i / 30) * 35, width: 38, height: 12 }));
  boxes.forEach(box => index.add(box));
  boxes.forEach((box, number) => assert.equal(index.at({ x: box.x + 19, y: box.y + 6 }, { width: 8, height: 8 }), number));
});

test("a label goes right, then above, then below, then left", () => {
  const label = { width: 60, height: 18 }, room = { width: 400, height: 300 };
  assert.equal(placeLabel({ x: 100, y: 100, width: 80, height: 20 }, label, room, true).side, "right");
  assert.equal(placeLabel({ x: 100, y: 100, width: 80, height: 20 }, label, room, false).side, "above");
  assert.equal(placeLabel({ x: 350, y: 5, width: 50, height: 20 }, label, room, true).side, "below");
  assert.equal(placeLabel({ x: 200, y: 2, width: 195, height: 295 }, label, room, true).side, "left");
});

test("a label never leaves the pane", () => {
  const label = { width: 120, height: 18 }, room = { width: 200, height: 100 };
  for (const box of [{ x: -20, y: -8, width: 30, height: 10 }, { x: 180, y: 90, width: 40, height: 30 }, { x: 0, y: 0, width: 200, height: 100 }]) {
    const at = placeLabel(box, label, room, true);
    assert.ok(at.x >= 0 && at.x + label.width <= room.width && at.y >= 0 && at.y + label.height <= room.height, JSON.stringify(at));
  }
});
