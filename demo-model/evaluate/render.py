"""Renders the evaluation documents with Debian's chromium, damages them and writes the truth.

    python3 render.py FONTROOT OUT [COUNT] [SEED]

FONTROOT: `/`, or a folder into which the font packages were unpacked. OUT gets NNN.png/.jpg and truth.json.
"""
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageFilter

import fonts
import pages

SHEET = 1000                                           # documents stand below one another in one tall window
SCRIPT = """
const out = [], pen = document.createElement('canvas').getContext('2d');
document.querySelectorAll('.sheet').forEach(sheet => {
  if (sheet.scrollWidth > sheet.offsetWidth) sheet.style.width = Math.min(980, sheet.scrollWidth + 16) + 'px';
  if (sheet.dataset.shrink) sheet.style.height = Math.max(200, Math.min(sheet.offsetHeight, sheet.firstElementChild.offsetHeight + +sheet.dataset.shrink)) + 'px';
  const base = sheet.getBoundingClientRect(), lines = [];
  const walk = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    let line = null;
    const from = lines.length;
    for (let k = 0; k < node.data.length; k++) {
      const range = document.createRange(); range.setStart(node, k); range.setEnd(node, k + 1);
      const b = range.getClientRects()[0];
      if (!b || b.width === 0) continue;
      if (!line || b.top > line.top + line.height / 2) { line = {text: '', left: b.left, top: b.top, right: b.right, bottom: b.bottom, height: b.height}; lines.push(line); }
      line.text += node.data[k]; line.right = Math.max(line.right, b.right); line.bottom = Math.max(line.bottom, b.bottom);
    }
    // A font's own height reaches into the lines above and below where they stand close: how high and low this text itself can ink.
    pen.font = getComputedStyle(node.parentElement).font;
    for (const l of lines.slice(from)) {
      const m = pen.measureText(l.text), baseline = l.top + m.fontBoundingBoxAscent;
      l.high = Math.max(l.top, baseline - m.actualBoundingBoxAscent - 1); l.low = Math.min(l.bottom, baseline + m.actualBoundingBoxDescent + 1);
    }
  }
  out.push([sheet.offsetWidth, sheet.offsetHeight, ...lines.map(l => [l.text.trim(), l.left - base.left, l.top - base.top, l.right - base.left, l.bottom - base.top, l.high - base.top, l.low - base.top])]);
});
const pre = document.createElement('pre'); pre.id = 'truth'; pre.textContent = JSON.stringify(out); document.body.appendChild(pre);
"""


def chromium(page, *options):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files", "--force-device-scale-factor=1",
               "--font-render-hinting=none", "--virtual-time-budget=4000", *options, "file://" + page]
    return subprocess.run(command, capture_output=True, timeout=180, check=True).stdout.decode("utf8", "replace")


def single(root, name, folder):
    """A font file that chromium loads; one font of a collection is written to `folder`."""
    path, _, number = name.partition("#")
    path = os.path.join(root, "usr/share/fonts", path)
    if not number: return path
    target = os.path.join(folder, os.path.basename(path) + number + ".otf")
    if not os.path.exists(target): TTFont(path, fontNumber=int(number)).save(target)
    return target


def ink_box(picture, box, upper=0, lower=10 ** 6):
    """The box of what differs from its surroundings inside `box`, or None. Ink above `upper` and below `lower` is another line's."""
    left, top, right, bottom = (int(round(v)) for v in box)
    left, top = max(0, left - 1), max(0, top)
    area = picture[top:bottom, left:right + 1].astype(int)
    if not area.size: return None
    ground = np.median(area.reshape(-1, 3), axis=0)
    ink = np.abs(area - ground).max(2) > 48
    ink[:max(0, int(round(upper)) - top)] = ink[max(0, int(round(lower)) - top):] = False
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1) if len(rows) else None


def damage(picture, boxes, r):
    """(picture, boxes) as a phone or a scanner would hand them on; a third stays as it is."""
    w, h = picture.size
    if r.random() < .35: return picture, boxes
    if r.random() < .55:                               # tilt and perspective: corners move, the page stays in view
        a = np.deg2rad(r.uniform(-2.6, 2.6))
        middle, shrink = np.array([w / 2, h / 2]), r.uniform(.9, .97)
        corner = np.array([[0, 0], [w, 0], [w, h], [0, h]], float)
        to = (corner - middle) * shrink @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + middle
        to += np.array([[r.uniform(-.012, .012) * w, r.uniform(-.012, .012) * h] for _ in range(4)])

        def solve(p, q):                               # the homography of p to q
            rows = []
            for (x, y), (u, v) in zip(p, q): rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            return np.append(np.linalg.solve(np.array(rows), np.array(q).reshape(-1)), 1)
        back, forth = solve(to, corner), solve(corner, to).reshape(3, 3)
        ground = tuple(int(v) for v in np.array(picture)[:4].reshape(-1, 3).mean(0)) if r.random() < .5 else tuple(r.randrange(40, 200) for _ in range(3))
        picture = picture.transform((w, h), Image.PERSPECTIVE, tuple(back[:8]), Image.BICUBIC, fillcolor=ground)
        moved = []
        for x0, y0, x1, y1 in boxes:
            q = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ forth.T
            q = q[:, :2] / q[:, 2:]
            moved.append((*q.min(0), *q.max(0)))
        boxes = moved
    x = np.asarray(picture, np.float32)
    if r.random() < .5:                                # one side darker
        ramp = np.linspace(r.uniform(.72, 1), r.uniform(.85, 1.03), w)[None, :] * np.linspace(r.uniform(.8, 1), 1, h)[:, None]
        x = x * ramp[..., None]
    if r.random() < .35:
        x = x + np.random.default_rng(r.randrange(2 ** 31)).normal(0, r.uniform(2, 7), x.shape[:2])[..., None]
    picture = Image.fromarray(np.clip(x, 0, 255).astype(np.uint8))
    if r.random() < .25: picture = picture.filter(ImageFilter.GaussianBlur(r.uniform(.3, .7)))
    return picture, boxes


def render(root, out, count=228, seed=11):
    os.makedirs(out, exist_ok=True)
    truth, plan = {}, pages.plan(count, seed)
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, count, 12):
            group, sheets, faces = plan[start:start + 12], [], {}
            made = []
            for slot, (i, kind, lang, trained, r) in enumerate(group):
                name = r.choice((fonts.TRAINED if trained else fonts.UNSEEN)[lang])
                path = single(root, name, folder)
                faces[path] = f"f{len(faces)}" if path not in faces else faces[path]
                inner, css, width, height, facts = pages.document(r, kind, lang)
                facts.update(font=name, trained=trained)
                made.append((i, facts, r))
                shrink = f' data-shrink="{r.randint(26, 120)}"' if kind != "empty" else ""
                sheets.append(f'<div class="sheet"{shrink} style="position:absolute;left:0;top:{slot * SHEET}px;width:{width}px;height:{height}px;box-sizing:border-box;overflow:hidden;font-family:{faces[path]};{css}"><div>{inner}</div></div>')
            rules = "".join(f"@font-face{{font-family:{n};src:url('file://{p}')}}" for p, n in faces.items())
            page, shot = os.path.join(folder, "page.html"), os.path.join(folder, "shot.png")
            with open(page, "w", encoding="utf8") as f:
                f.write(f"<!doctype html><meta charset=utf-8><style>{rules}body{{margin:0;background:#fff}}</style>{''.join(sheets)}<script>document.fonts.ready.then(()=>{{{SCRIPT}}})</script>")
            chromium(page, f"--window-size=1000,{SHEET * 12}", f"--screenshot={shot}")
            dom = chromium(page, f"--window-size=1000,{SHEET * 12}", "--dump-dom")
            lines = json.loads(dom[dom.index('<pre id="truth">') + 16:dom.rindex("</pre>")].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
            tall = Image.open(shot).convert("RGB")
            for slot, (i, facts, r) in enumerate(made):
                width, height, *printed_lines = lines[slot]
                picture = tall.crop((0, slot * SHEET, width, slot * SHEET + height))
                pixels, kept, lost = np.asarray(picture), [], []
                for text, left, top, right, bottom, upper, lower in printed_lines:
                    if not text: continue
                    ink = ink_box(pixels, (left, top, right, bottom), upper, lower) if bottom <= height - 3 and right <= width - 1 else None
                    if ink: kept.append((text, ink))
                    else: lost.append(top)
                cut = len(lost) > 0
                if cut:                # what does not fit is cut off above its first line
                    low = max((b[3] for _, b in kept), default=height - 8)
                    first = min(lost)
                    height = int(max(200, min(height, first if first > low else low + 2)))
                    picture = picture.crop((0, 0, width, height))
                    kept = [(t, b) for t, b in kept if b[3] <= height - 1]
                picture, boxes = damage(picture, [b for _, b in kept], r)
                printed = "\n".join(t for t, _ in kept)
                if "fields" in facts: facts["fields"] = {k: v for k, v in facts["fields"].items() if v in printed and k in printed}
                if cut: facts.pop("table", None)
                if r.random() < .55: name, options = f"{i:03d}.jpg", dict(quality=r.randint(40, 90))
                else: name, options = f"{i:03d}.png", dict(optimize=True)
                picture.save(os.path.join(out, name), **options)
                scale = [1000 / width, 1000 / height] * 2
                truth[name] = dict(facts, width=width, height=height, lines=[dict(text=t, box=[int(round(min(1000, max(0, v * s)))) for v, s in zip(b, scale)]) for (t, _), b in zip(kept, boxes)])
            print(start + len(group), "documents", flush=True)
    with open(os.path.join(out, "truth.json"), "w", encoding="utf8") as f:
        json.dump(truth, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5: sys.exit(__doc__)
    render(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
