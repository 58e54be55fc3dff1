"""Renders documents/pages and samples/pages to pictures and measures where every line of text stands.

  make.py [NAME...]        all pages, or those whose names are given; needs chromium and Pillow

A page is HTML whose <html> tag says: lang, data-size="WIDTHxHEIGHT" (pixels), data-kind, data-format="png|jpg" (and
data-quality), for samples data-title-en, data-title-zh and data-task. A <script type="application/json" id="asks"> holds
what else may be asked of it: {"fields": {name: value}, "translate": {"to": "en", "text": "..."}}.
Each text node is one line, or as many as it wraps to. Its box is the ink inside its client rectangle.
"""

import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parent.parent
SETS = {"documents": ROOT / "documents", "samples": ROOT / "samples"}
SYMBOLS = set("，。、：；？！（）《》【】“”‘’—…·￥¥€£°×±℃№%／－～")
MEASURE = """
<script id="measure">
addEventListener("load", () => {
  const lines = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (!node.data.trim() || node.parentElement.closest("script,style,svg")) continue;
    let line = null;
    for (let i = 0; i < node.data.length; i++) {
      const range = document.createRange();
      range.setStart(node, i); range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      if (!line || box.top > line.bottom - 2) lines.push(line = { text: "", left: box.left, top: box.top, right: box.right, bottom: box.bottom });
      line.text += node.data[i]; line.right = Math.max(line.right, box.right);
      line.left = Math.min(line.left, box.left); line.top = Math.min(line.top, box.top); line.bottom = Math.max(line.bottom, box.bottom);
    }
  }
  const out = document.createElement("script"); out.type = "application/json"; out.id = "lines";
  out.textContent = JSON.stringify(lines).replace(/</g, "\\\\u003c"); document.head.append(out);
});
</script>"""


def render(page: Path, width: int, height: int):
    """-> the picture and its lines, [{text, left, top, right, bottom}] in CSS pixels (1 CSS pixel = 1 pixel)."""
    with tempfile.TemporaryDirectory() as folder:
        copy = page.with_name(f".{page.stem}.measured.html")
        shot = Path(folder) / "page.png"
        # Chromium keeps some of a window for itself and none is narrower than 500 pixels: lay out in a fixed frame, crop after.
        frame = f"<style>html {{ position: relative; width: {width}px; height: {height}px; }}</style>"
        copy.write_text(page.read_text(encoding="utf-8").replace("</head>", frame + MEASURE + "</head>"), encoding="utf-8")
        try:
            command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-lcd-text",
                       "--force-device-scale-factor=1", f"--window-size={max(width, 600)},{height + 200}", f"--screenshot={shot}",
                       f"--user-data-dir={folder}/profile", "--dump-dom", copy.as_uri()]
            dom = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        finally:
            copy.unlink()
        image = Image.open(shot).convert("RGB").crop((0, 0, width, height))
    found = re.search(r'<script type="application/json" id="lines">(.*?)</script>', dom, re.S)
    if not found:
        raise SystemExit(f"{page.name}: chromium measured no lines.")
    return image, json.loads(found.group(1))


def ink_box(image: Image.Image, line: dict):
    """The pixels of the line's rectangle that differ from its commonest colour."""
    if line["right"] > image.width or line["bottom"] > image.height:
        raise SystemExit(f"{line['text']!r} runs off the page")
    area = [max(0, int(line["left"]) - 1), max(0, int(line["top"])), min(image.width, int(line["right"]) + 2), min(image.height, int(line["bottom"]) + 1)]
    crop = image.crop(area)
    paper = max(crop.getcolors(crop.width * crop.height))[1]
    difference = ImageChops.difference(crop, Image.new("RGB", crop.size, paper)).convert("L").point(lambda v: 255 if v > 40 else 0)
    ink = difference.getbbox()
    if ink is None:
        raise SystemExit(f"no ink where {line['text']!r} should stand")
    return [area[0] + ink[0], area[1] + ink[1], area[0] + ink[2], area[1] + ink[3]]


def check_characters(page: Path, text: str):
    """The demo model knows ASCII, some symbols and the 3,755 Han of GB 2312 level 1; a page should ask no more of it."""
    for c in text:
        level_one = ord(c) > 127 and "\u4e00" <= c <= "\u9fff" and 0xB0 <= (c.encode("gb2312", "replace") + b"?")[0] <= 0xD7
        if not (ord(c) < 128 or c in SYMBOLS or level_one):
            raise SystemExit(f"{page.name}: {c!r} is outside the model's characters")


def attribute(source: str, name: str, default=None):
    found = re.search(rf'<html[^>]*\b{name}="([^"]*)"', source)
    return html.unescape(found.group(1)) if found else default


def make(page: Path, folder: Path):
    """Writes the picture -> (file name, truth entry, gallery entry)."""
    source = page.read_text(encoding="utf-8")
    width, height = map(int, attribute(source, "data-size").split("x"))
    image, lines = render(page, width, height)
    truth = []
    for line in lines:
        text = " ".join(line["text"].split())
        if not text:
            continue
        check_characters(page, text)
        x0, y0, x1, y1 = box = ink_box(image, line)
        thousandths = [round(x0 * 1000 / width), round(y0 * 1000 / height), round(x1 * 1000 / width), round(y1 * 1000 / height)]
        truth.append({"text": text, "pixels": box, "box": thousandths})
    form = attribute(source, "data-format", "png")
    name = f"{page.stem}.{form}"
    if form == "png":
        image.save(folder / name, optimize=True)
    else:
        image.save(folder / name, quality=int(attribute(source, "data-quality", "88")), optimize=True)
    asks = re.search(r'<script type="application/json" id="asks">(.*?)</script>', source, re.S)
    asks = json.loads(asks.group(1)) if asks else {}
    language, kind = attribute(source, "lang"), attribute(source, "data-kind")
    gallery = {"file": name, "title_en": attribute(source, "data-title-en"), "title_zh": attribute(source, "data-title-zh"),
               "language": language, "kind": kind, "task": attribute(source, "data-task", "spotting")}
    if gallery["task"] == "fields":
        gallery["fields"] = list(asks["fields"])
    if gallery["task"] == "translation":
        gallery["target"] = asks["translate"]["to"]
    return name, {"size": [width, height], "language": language, "kind": kind, "lines": truth, **asks}, gallery


def write(path: Path, entries) -> None:
    """JSON with one entry a line, so that a changed page is a changed line."""
    text = [json.dumps(e, ensure_ascii=False) for e in entries] if isinstance(entries, list) else \
        [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in entries.items()]
    mark = "[]" if isinstance(entries, list) else "{}"
    path.write_text(mark[0] + "\n" + ",\n".join(text) + "\n" + mark[1] + "\n", encoding="utf-8")


def main() -> None:
    wanted = set(sys.argv[1:])
    for kind, folder in SETS.items():
        pages = sorted(p for p in (folder / "pages").glob("*.html") if not p.name.startswith("."))
        truth_file = folder / "truth.json"
        truth = json.loads(truth_file.read_text(encoding="utf-8")) if wanted and truth_file.is_file() else {}
        index_file = folder / "index.json"
        index = {e["file"]: e for e in json.loads(index_file.read_text(encoding="utf-8"))} if wanted and index_file.is_file() else {}
        for page in pages:
            if wanted and page.stem not in wanted:
                continue
            name, entry, gallery = make(page, folder)
            truth[name], index[name] = entry, gallery
            print(f"{kind}/{name}: {entry['size'][0]}x{entry['size'][1]}, {len(entry['lines'])} lines")
        write(truth_file, dict(sorted(truth.items())))
        if kind == "samples":
            write(index_file, [index[name] for name in sorted(index)])


if __name__ == "__main__":
    main()
