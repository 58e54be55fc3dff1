// Where formulas stand in a text. Pure, tested in test/math.test.ts.

/** A stretch of text: plain, or with the LaTeX of a formula. */
export interface Stretch { text: string; tex?: string; display: boolean }

const FORMULA = /\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)/g;

/** Cuts a text at its formulas: $...$, $$...$$, \(...\) and \[...\]. "$5 and $6" is money and stays. */
export function splitMath(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const match of text.matchAll(FORMULA)) {
    if (match.index > from) stretches.push({ text: text.slice(from, match.index), display: false });
    const tex = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
    stretches.push({ text: match[0], tex, display: match[1] !== undefined || match[2] !== undefined });
    from = match.index + match[0].length;
  }
  if (from < text.length) stretches.push({ text: text.slice(from), display: false });
  return stretches;
}
