// The picture with its boxes as a file: what stands on the screen, in the picture's own pixels.
import type { Sureness } from "./boxes.ts";
import type { Rect, Size } from "./geometry.ts";

/** The viewer's box colours, css/tokens.css; a file has no style sheet. */
const COLOURS: Record<Sureness, { stroke: string; fill: string; opacity: number }> = {
  sure: { stroke: "#2350d2", fill: "rgb(35 80 210 / .05)", opacity: 0.5 },
  doubt: { stroke: "#b86a00", fill: "rgb(184 106 0 / .14)", opacity: 1 },
  low: { stroke: "#c0281f", fill: "rgb(192 40 31 / .14)", opacity: 1 },
};

/** Draws the boxes over the picture; as SVG the picture is part of the file. */
export async function pictureWithBoxes(image: HTMLImageElement, size: Size, boxes: readonly { rect: Rect; sureness: Sureness }[], kind: "png" | "svg"): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d")!;
  context.drawImage(image, 0, 0, size.width, size.height);
  if (kind === "svg") return new Blob([svg(canvas.toDataURL("image/png"), size, boxes)], { type: "image/svg+xml" });
  context.lineWidth = strokeWidth(size);
  for (const { rect, sureness } of boxes) {
    const { stroke, fill, opacity } = COLOURS[sureness];
    context.fillStyle = fill;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
    context.globalAlpha = opacity;
    context.strokeStyle = stroke;
    context.strokeRect(rect.x, rect.y, rect.width, rect.height);
    context.globalAlpha = 1;
  }
  return new Promise((done, failed) => canvas.toBlob(blob => blob ? done(blob) : failed(new Error("The browser has no memory for this picture.")), "image/png"));
}

/** The SVG file's text: only numbers and the picture's own data, nothing that was read. */
export function svg(picture: string, size: Size, boxes: readonly { rect: Rect; sureness: Sureness }[]): string {
  const number = (value: number) => String(Math.round(value * 100) / 100);
  const path = (sureness: Sureness) => boxes.filter(box => box.sureness === sureness)
    .map(({ rect }) => `M${number(rect.x)} ${number(rect.y)}h${number(rect.width)}v${number(rect.height)}h${number(-rect.width)}z`).join("");
  const drawn = (["sure", "doubt", "low"] as const).map(sureness => {
    const { stroke, fill, opacity } = COLOURS[sureness], d = path(sureness);
    return d && `<path d="${d}" fill="${fill}" stroke="${stroke}" stroke-opacity="${opacity}" stroke-width="${number(strokeWidth(size))}" stroke-linejoin="round"/>`;
  }).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}"><image href="${picture}" width="${size.width}" height="${size.height}"/>${drawn}</svg>`;
}

/** As wide as 1.5 screen pixels look in a window. */
function strokeWidth(size: Size): number { return Math.max(1.5, Math.max(size.width, size.height) / 600); }
