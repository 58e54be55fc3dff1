import assert from "node:assert/strict";
import { test } from "node:test";
import { splitMath } from "../src/math.ts";

const formulas = (text: string) => splitMath(text).filter(part => part.tex !== undefined).map(part => [part.tex, part.display]);

test("every way to write a formula is found", () => {
  assert.deepEqual(formulas("a $x$ b $$y$$ c \\(z\\) d \\[w\\]"), [["x", false], ["y", true], ["z", false], ["w", true]]);
});

test("money is no formula", () => {
  assert.deepEqual(formulas("it costs $5 and $6"), []);
  assert.deepEqual(formulas("US$ 20 or US$ 30"), []);
});

test("no character is lost", () => {
  for (const text of ["", "plain", "$x$", "a $x$ b", "$$\nE = mc^2\n$$ end", "$ not $ one"])
    assert.equal(splitMath(text).map(part => part.text).join(""), text);
});
