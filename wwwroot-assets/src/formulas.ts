// Formulas of a document, set by KaTeX from this server. Loaded on first need: nobody without formulas pays for it.
import katex from "katex";
import "katex/dist/katex.min.css";
import { splitMath } from "./math.ts";

/** What a formula may do: neither links, nor macros without end, nor sizes that cover the page. A formula that is wrong stays as its text. */
const OPTIONS = { throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 12, output: "htmlAndMathml" } as const;

let styled: Promise<void> | undefined;

/** Sets every formula of an article in place. */
export async function setFormulas(article: HTMLElement): Promise<void> {
  await (styled ??= loadStyle());
  for (const element of article.querySelectorAll<HTMLElement>(".math")) {
    const { tex, display } = splitMath(element.textContent ?? "").find(part => part.tex !== undefined) ?? { tex: element.textContent ?? "", display: element.tagName === "DIV" };
    set(element, tex ?? "", display || element.tagName === "DIV");
  }
  // Markdown leaves the insides of HTML tables alone.
  for (const cell of article.querySelectorAll<HTMLElement>("td, th")) {
    for (const text of textsOf(cell)) {
      const parts = splitMath(text.data);
      if (parts.every(part => part.tex === undefined)) continue;
      text.replaceWith(...parts.map(part => {
        if (part.tex === undefined) return document.createTextNode(part.text);
        const span = document.createElement("span");
        span.textContent = part.text;
        set(span, part.tex, part.display);
        return span;
      }));
    }
  }
}

function set(element: HTMLElement, tex: string, display: boolean): void {
  const box = document.createElement(element.tagName);
  try {
    katex.render(tex, box, { ...OPTIONS, displayMode: display });
  } catch {
    element.classList.add("plain");
    return;
  }
  element.replaceChildren(...box.childNodes);
}

function textsOf(cell: HTMLElement): Text[] {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), texts: Text[] = [];
  while (walker.nextNode())
    if (!(walker.currentNode.parentElement?.closest(".math, .katex"))) texts.push(walker.currentNode as Text);
  return texts;
}

function loadStyle(): Promise<void> {
  return new Promise(done => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("./formulas.css", import.meta.url).href;
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });
}
