import assert from "node:assert/strict";
import { test } from "node:test";
import { svg } from "../src/snapshot.ts";

test("the file holds the picture and one path for each colour that occurs", () => {
  const file = svg("data:image/png;base64,AA==", { width: 100, height: 200 }, [
    { rect: { x: 1, y: 2, width: 30, height: 4.005 }, sureness: "sure" },
    { rect: { x: 5, y: 6, width: 7, height: 8 }, sureness: "sure" },
    { rect: { x: 9, y: 9, width: 9, height: 9 }, sureness: "low" },
  ]);
  assert.equal(file.match(/<path /g)?.length, 2);
  assert.ok(file.includes('d="M1 2h30v4.01h-30zM5 6h7v8h-7z"'), file);
  assert.ok(file.includes('viewBox="0 0 100 200"'));
  assert.ok(file.includes('href="data:image/png;base64,AA=="'));
});
