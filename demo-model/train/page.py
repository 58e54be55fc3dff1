"""A page being printed: a picture, its lines of text with ink boxes, every glyph's place, and what can be asked about it."""
import functools
import glob
import re
from dataclasses import dataclass

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

import tokenizer
from content import FONTS, whole

LATIN_FACES = sorted(glob.glob(f"{FONTS}/latin/*.?tf"))
HAN_FACES = sorted(glob.glob(f"{FONTS}/han/*.?tf"))
_SPACES = re.compile("  +")
BOX_TOKENS = 13                                        # tokens that "(x,y),(x,y)" costs a line


@functools.lru_cache(4000)
def font(face, pixels):
    return ImageFont.truetype(face, pixels, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(None)
def coverage(face):
    """The characters of a font file that are also single tokens."""
    with TTFont(face, lazy=True) as f:
        return frozenset(c for c in map(chr, f.getBestCmap()) if tokenizer.knows(c))


@functools.lru_cache(400_000)
def advance(face, pixels, character):
    return font(face, pixels).getlength(character)


def face(r, zh):
    """A random font; Latin text sometimes stands in a Chinese font, as on Chinese pages."""
    return r.choice(HAN_FACES) if zh or r.random() < .07 else r.choice(LATIN_FACES)


@dataclass
class Line:
    text: str
    box: tuple          # left, top, right, bottom of the ink in page pixels


class Page:
    """All lengths are page pixels; the picture is drawn `scale` times as large and reduced at the end, which gives unhinted print."""

    def __init__(self, r, height, width, zh, room=700, scale=1):
        self.r, self.height, self.width, self.zh, self.scale = r, height, width, zh, scale
        self.room = room                               # answer tokens that may still be printed
        self.lines, self.glyphs = [], []               # glyphs: (token, x, top, bottom)
        self.fields, self.labels = {}, {}              # name -> value, name -> label as printed
        self.labelled = set()                          # of label_value: lower-case labels seen
        self.translation = None                        # (language, text)
        self.blocks = []                               # Markdown, one string a block
        self.background = self._paper()
        self.ink = self.contrast(self.background)
        self.picture = Image.new("RGB", (width * scale, height * scale), self.background)
        self.draw = ImageDraw.Draw(self.picture)

    def _paper(self):
        r, t = self.r, self.r.random()
        if t < .38: return self.near(r.uniform(236, 255), 5)
        if t < .65: return self.near(r.uniform(205, 250), 22)
        if t < .76:
            b = r.uniform(215, 245)
            return int(b), int(b * r.uniform(.93, .99)), int(b * r.uniform(.78, .93))
        if t < .9: return self.near(r.uniform(5, 70), 25)
        return tuple(whole(r, 60, 235) for _ in range(3))

    def near(self, grey, spread):
        return tuple(max(0, min(255, int(grey + self.r.uniform(-spread, spread)))) for _ in range(3))

    def contrast(self, background):
        """An ink that stands out from `background`."""
        r = self.r
        light = .3 * background[0] + .59 * background[1] + .11 * background[2]
        for _ in range(12):
            t = r.random()
            if light > 125:
                c = (whole(r, 0, 75),) * 3 if t < .55 else tuple(whole(r, 0, 100) for _ in range(3)) if t < .75 else r.choice(
                    ((190, 20, 30), (20, 40, 160), (0, 100, 50), (120, 30, 120), (90, 50, 10), (0, 90, 120), (120, 120, 120)))
            else:
                c = (whole(r, 200, 255),) * 3 if t < .6 else tuple(whole(r, 160, 255) for _ in range(3))
            if abs(.3 * c[0] + .59 * c[1] + .11 * c[2] - light) > 70: return c
        return (0, 0, 0) if light > 125 else (255, 255, 255)

    # ---- shapes
    def rectangle(self, box, fill=None, outline=None, width=1, radius=0):
        k = self.scale
        box = [v * k for v in box]
        if box[2] <= box[0] or box[3] <= box[1]: return
        if radius:
            self.draw.rounded_rectangle(box, radius * k, fill=fill, outline=outline, width=width * k)
        else:
            self.draw.rectangle(box, fill=fill, outline=outline, width=width * k)

    def rule(self, x0, y0, x1, y1, ink=None, width=1):
        k = self.scale
        self.draw.line((x0 * k, y0 * k, x1 * k, y1 * k), fill=ink or self.ink, width=width * k)

    def dots(self, x0, x1, y, step):
        """A dotted rule: drawn, not printed. Nobody wants thirty dots read out, and a model that begins to does not end."""
        k, size = self.scale, max(1, round(self.scale * min(2, step * .4)))
        while x0 < x1:
            self.draw.rectangle((x0 * k, y * k, x0 * k + (size - 1), y * k + (size - 1)), fill=self.ink)
            x0 += step

    def separator(self, x0, x1, y, style):
        """A rule across: style "rule", "dash", "dot", "double" or "none"; none is text."""
        if style == "rule": self.rule(x0, y, x1, y)
        elif style == "dot": self.dots(x0, x1, y, self.r.uniform(1.6, 6))
        elif style == "double":
            for down in (-1, 2): self.rule(x0, y + down, x1, y + down)
        elif style == "dash":
            dash = self.r.uniform(2, 8)
            for i in range(int((x1 - x0) / dash / 2)): self.rule(x0 + i * 2 * dash, y, x0 + (i * 2 + 1) * dash, y)

    def panel(self, box, radius=0):
        """A coloured area; returns the ink for text on it."""
        colour = tuple(whole(self.r, 15, 240) for _ in range(3))
        self.rectangle(box, fill=colour, radius=radius)
        return self.contrast(colour)

    def paste_noise(self, box, cells, low=0, high=255, colour=True):
        """A smooth random picture (photo-like) in `box`; cells is how many random points stand across it."""
        k = self.scale
        w, h = int((box[2] - box[0]) * k), int((box[3] - box[1]) * k)
        if w < 2 or h < 2: return
        g = np.random.default_rng(self.r.getrandbits(32))
        shape = (max(2, cells * h // max(w, 1)), cells, 3) if colour else (max(2, cells * h // max(w, 1)), cells)
        noise = Image.fromarray(g.integers(low, high + 1, shape, np.uint8)).convert("RGB")
        self.picture.paste(noise.resize((w, h), Image.BICUBIC), (int(box[0] * k), int(box[1] * k)))

    # ---- text
    def width_of(self, text, face, size):
        pixels = int(size * self.scale)
        return sum(advance(face, pixels, c) for c in text) / self.scale

    def clean(self, text, face):
        """`text` without what the font or the vocabulary lacks, and with single spaces: nobody sees how many stand in a gap."""
        known = coverage(face)
        if not known.issuperset(text):
            text = "".join("￥" if c == "¥" and "￥" in known and "¥" not in known else c for c in text)
            text = "".join(c for c in text if c in known)
        return _SPACES.sub(" ", text.strip())

    def fit(self, text, face, size, width):
        """The longest beginning of `text` that is at most `width` wide; Latin words stay whole where they can."""
        pixels, left = int(size * self.scale), width * self.scale
        for i, c in enumerate(text):
            left -= advance(face, pixels, c)
            if left < 0:
                cut = text[:i]
                space = cut.rfind(" ")
                return cut[:space] if space > 0 and text[i] != " " and cut[-1:].isascii() and cut[-1:] != " " else cut.rstrip()
        return text

    def put(self, x, y, text, face, size, ink=None, right=None, centre=None, cut=True):
        """Prints one line with its ascender at y, from x on, or up to `right`, or about `centre`.

        Returns its ink box, or None where nothing was printed because it does not fit on the page (too long text is cut when `cut`)."""
        k = self.scale
        text = self.clean(text, face)
        if len(text) + BOX_TOKENS > self.room: return None
        pixels = max(6, int(size * k))
        f = font(face, pixels)
        steps = [advance(face, pixels, c) for c in text]
        limit = (self.width - 3 - (x if right is None and centre is None else 3)) * k
        if right is not None: limit = min(limit, (right - 3) * k)
        total = sum(steps)
        if total > limit:
            if not cut: return None
            while steps and total > limit: total -= steps.pop()
            while steps and text[len(steps) - 1] == " ": total -= steps.pop()
            text = text[:len(steps)]
        if not text: return None
        left = x * k if right is None and centre is None else right * k - total if right is not None else centre * k - total / 2
        left, top = int(left), int(y * k)
        mask, offset = f.getmask2(text, "L", anchor="la")
        ink_box = mask.getbbox()
        if ink_box is None: return None
        l, t, rr, b = ink_box[0] + offset[0], ink_box[1] + offset[1], ink_box[2] + offset[0], ink_box[3] + offset[1]
        if top + b > (self.height - 2) * k or left + l < k or left + rr > (self.width - 1) * k or top + t < 0: return None
        self.draw.draw.draw_bitmap((left + offset[0], top + offset[1]), mask, self.draw.draw.draw_ink(ink or self.ink))
        at, t0, b0 = left, (top + t) / k, (top + b) / k
        for c, step in zip(text, steps):
            if c != " ": self.glyphs.append((tokenizer.one(c), (at + step / 2) / k, t0, b0))
            at += step
        box = ((left + l) / k, t0, (left + rr) / k, b0)
        self.lines.append(Line(text, box))
        self.room -= len(text) + BOX_TOKENS
        return box

    def label_value(self, name, label, value):
        """What may be asked by `label`; a label that stands on the page twice has no one answer, so nobody asks by it."""
        if label.lower() in self.labelled:
            for other in [n for n, known in self.labels.items() if known.lower() == label.lower()]: del self.fields[other], self.labels[other]
            return
        self.labelled.add(label.lower())
        self.fields[name], self.labels[name] = value, label

    def cut(self, height):
        """Takes the foot of the page off, down to `height`."""
        self.height, self.picture = height, self.picture.crop((0, 0, self.width * self.scale, height * self.scale))

    def markdown(self):
        return "\n\n".join(self.blocks) if self.blocks else "\n\n".join(line.text for line in self.lines)

    def pixels(self):
        """uint8 [height, width, 3]"""
        picture = self.picture if self.scale == 1 else self.picture.reduce(self.scale)
        return np.asarray(picture)
