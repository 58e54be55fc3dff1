import assert from "node:assert/strict";
import { test } from "node:test";
import { SearchKey } from "../src/search.ts";

class Box {
  value = "";
  focused = 0;
  told: string[] = [];
  focus(): void { this.focused++; }
  dispatchEvent(): boolean { this.told.push(this.value); return true; }
}

const as = (box: Box) => box as unknown as HTMLInputElement;

test("the key goes to the box that is there, and letters after it belong to the box", () => {
  const keys = new SearchKey(() => 0), box = new Box();
  assert.equal(keys.press("/", as(box), false), true);
  assert.equal(box.focused, 1);
  assert.equal(keys.press("r", as(box), false), false);
});

test("letters typed while the box is not drawn yet wait for it and are no commands", () => {
  const keys = new SearchKey(() => 0), box = new Box();
  assert.equal(keys.press("/", null, true), true);
  for (const letter of "rb0") assert.equal(keys.press(letter, null, true), true);
  keys.drawn(null);
  keys.drawn(as(box));
  assert.deepEqual(box.told, ["rb0"]);
  keys.drawn(as(box));
  assert.equal(box.value, "rb0");
});

test("after a second without a box letters are commands again", () => {
  let now = 0;
  const keys = new SearchKey(() => now);
  keys.press("/", null, true);
  now = 1001;
  assert.equal(keys.press("r", null, true), false);
});

test("where no result is coming the key means nothing", () => {
  const keys = new SearchKey(() => 0);
  assert.equal(keys.press("/", null, false), false);
  assert.equal(keys.press("r", null, false), false);
});
