import assert from "node:assert/strict";
import { test } from "node:test";

// The module listens to a page when it is made, not when it is read.
const { readAnswer } = await import("../src/intake.ts");

test("one document, an archive and a refusal come in one form", () => {
  assert.deepEqual(readAnswer(200, { id: "a" }), { status: 200, taken: [{ id: "a" }], refused: [] });
  assert.deepEqual(readAnswer(200, { taken: [{ id: "a" }], refused: [{ code: "empty" }] }), { status: 200, taken: [{ id: "a" }], refused: [{ code: "empty" }] });
  assert.deepEqual(readAnswer(415, { code: "unsupported_media_type" }), { status: 415, taken: [], refused: [{ code: "unsupported_media_type" }] });
});

test("what is no answer is none", () => {
  assert.equal(readAnswer(502, undefined), undefined);
  assert.equal(readAnswer(502, "<html>"), undefined);
});
