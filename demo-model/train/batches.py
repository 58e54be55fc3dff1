"""Batches of page views, drawn by worker processes: what is trained on when, and how it is packed."""
import os
import random
import sys
import traceback

import numpy as np
import torch

import documents
import tokenizer
from model import LEAST_PIXELS, scaled_size
from views import CELL_SLOTS, PATCH_SLOTS, view

SIDES = {"small": (180, 340), "medium": (340, 480), "large": (460, 640), "huge": (640, 910)}         # root of a page's area, in pixels as drawn
MOST_LINES = {"small": 12, "medium": 22, "large": 40, "huge": 60}
ROOM = {"small": 400, "medium": 650, "large": 1100, "huge": 1600}         # answer tokens a page may cost
COST = 1100                                            # a batch costs as much as this many picture patches and answer tokens for each of its `pages`
READING = dict(lines=6, columns=1, paragraphs=3, table=1, form=1, notice=.5, sign=.6, screenshot=1, blank=.1)
ALL = dict(lines=2.2, columns=2.6, paragraphs=4.4, letter=1.2, table=1.9, form=4.5, receipt=2.4, invoice=1.8, card=2, screenshot=1.3, sign=.4,
           notice=2.6, caption=.4, blank=.12, scene=.22, listing=8.5)
TALL = dict(ALL, listing=3 * ALL["listing"])           # where there is room for a long list: what is read worst


class Stage:
    """What is drawn at a share 0..1 of the whole schedule: small pages and reading first, then everything."""

    def __init__(self, share):
        self.sizes = (dict(small=1) if share < .1 else dict(small=.75, medium=.25) if share < .25 else dict(small=.22, medium=.36, large=.32, huge=.1)
                      if share < .5 else dict(small=.14, medium=.33, large=.36, huge=.17) if share < .75 else dict(small=.1, medium=.28, large=.38, huge=.24))
        self.line_cap = int(2 + 10 * share / .12) if share < .3 else 99
        self.tasks = dict(spot=.85, text=.15) if share < .25 else dict(spot=.8, text=.14, markdown=.14, extract=1.5, translate=1.1)
        self.kinds = READING if share < .25 else ALL
        self.damage = min(1.0, .25 + share * 3)
        self.coordinate_weight = .6 if share < .4 else 1.0

_COMMA = tokenizer.one(",")
FIGURES = np.isin(np.arange(tokenizer.SIZE), [tokenizer.one(str(i)) for i in range(10)] + [tokenizer.one(f"{i:0{n}d}") for n in (2, 3) for i in range(10 ** n)])
FIGURE_WEIGHT = 2.5         # of a group of digits in an answer's text: up to three glyphs in one token, and nothing but the picture tells them


def _joined(parts, steps):
    """Joins the positions of the pages of a batch, where page i takes up steps[i] positions."""
    starts = np.concatenate([[0], np.cumsum(steps)])
    return np.concatenate([p + start for p, start in zip(parts, starts)]).astype(np.int32)


def misplaced(tokens, coordinates, r, astray=True):
    """Answer tokens whose coordinates are wrong, for the model's input only: the page seems shifted and stretched, and every line trembles.

    Fed with perfect boxes, a model learns to add a line's pitch to the box before, never looks where a line is, and drifts once it must
    follow its own boxes (fed with boxes 12 too low, the weights of 2026-11-22 answered 12 too low). Errors that creep from line to line,
    as its own would, leave nothing to go by but the picture.

    Not astray, upper and lower edges stay within half a line of the right ones: they still tell which line comes next, as a model's own do. Fed with
    boxes that are whole lines off, it learns to find the next line by what the lines say, and is lost where they say the same."""
    downs = [c for i, c in enumerate(coordinates) if c >= 0 and tokens[i - 1] == _COMMA]
    height = sorted(abs(b - a) for a, b in zip(downs[::2], downs[1::2]))[len(downs) // 4] if len(downs) > 1 else 0
    most = 999 if astray else .45 * height
    size = r.choice((.4, 1, 1, 2))
    shift, slope, tremble = [r.gauss(0, 7 * size), r.gauss(0, 12 * size)], r.gauss(0, .8 * size), r.choice((.7, 2, 8)) * size
    out = []
    for i, (token, c) in enumerate(zip(tokens, coordinates)):
        if c < 0:
            out.append(token)
            continue
        down = tokens[i - 1] == _COMMA
        if not down and tokens[i - 2] != _COMMA:       # a line's first coordinate
            shift[1] += r.gauss(slope, .8 * size)
            if abs(shift[1]) > .7 * most: shift[1], slope = max(-.7 * most, min(.7 * most, shift[1])), -slope
        wrong = shift[down] + r.gauss(0, tremble)
        out.append(tokenizer.NUMBER[max(0, min(999, c + round(max(-most, min(most, wrong)) if down else wrong)))])
    return out


def pack(views, size, longest, coordinate_weight, r=None):
    """The tensors of one batch of views of equally large pages. Positions are flat, so that the device need not search for them.

    With r, four views of five are fed misplaced coordinates, one of them in four astray."""
    n, cells, patches = len(views), size[0] * size[1] // 1024, size[0] * size[1] // 256
    length = min(longest, max(len(v.prompt) + len(v.answer) for v in views))
    length = (length + 31) // 32 * 32
    tokens = np.full((n, length), tokenizer.PAD, np.int16)
    inputs = tokens.copy()
    at, coordinates = [], []
    for i, v in enumerate(views):
        row = (v.prompt + v.answer)[:length]
        fed = v.prompt + (misplaced(v.answer, v.coordinates, r, r.random() < .25) if r and r.random() < .8 else v.answer)
        tokens[i, :len(row)], inputs[i, :len(row)] = row, fed[:length]
        at.append(np.arange(len(v.prompt), len(row)) + i * length)
        coordinates += v.coordinates[:len(row) - len(v.prompt)]
    coordinates = np.array(coordinates, np.int32)
    place = np.flatnonzero(coordinates >= 0)
    at = np.concatenate(at).astype(np.int32)
    weight = np.where(coordinates >= 0, coordinate_weight, np.where(FIGURES[tokens.ravel()[at]], FIGURE_WEIGHT, 1)).astype(np.float32)
    out = dict(tokens=tokens, inputs=inputs, at=at, weight=weight, place=place.astype(np.int32), coordinate=coordinates[place],
               matrix=np.stack([v.matrix for v in views]), edge=np.concatenate([v.edges for v in views]), where=np.concatenate([v.where for v in views]),
               cell_place=np.concatenate([v.places for v in views]))
    for name, slots, each, most in (("cell", [v.cells for v in views], cells, CELL_SLOTS), ("patch", [v.patches for v in views], patches, PATCH_SLOTS)):
        out[name + "_used"] = _joined([s.used for s in slots], [each] * n)
        out[name + "_at"] = _joined([s.at for s in slots], [len(s.used) * most for s in slots])
        out[name + "_token"] = np.concatenate([s.token for s in slots])
        out[name + "_count"] = np.concatenate([s.count for s in slots])
    return {k: torch.from_numpy(np.ascontiguousarray(a)) for k, a in out.items()}


class Batches(torch.utils.data.IterableDataset):
    """Endless (pictures uint8 [B,H,W,3], [packed views, ...], damage level); every page is seen in `times` views, huge ones, which are slow to draw, in one more.

    A page whose drawing fails is left out and counted in `skipped`; where most fail, so does the batch."""

    def __init__(self, share, seed, pages=128, times=2):
        self.share, self.seed, self.pages, self.times = share, seed, pages, times      # share: a tensor in shared memory
        self.skipped, self.told = torch.zeros(1).share_memory_(), False

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        number = worker.id if worker else 0
        if worker: os.nice(10)
        torch.set_num_threads(1)
        r = random.Random(self.seed * 1000 + number)
        while True:
            yield from self.group(r, Stage(float(self.share[0])))

    def sound(self, draw, r):
        """What draw(seed) gives, or None where it fails; the first fault of a worker is printed."""
        seed = r.getrandbits(60)
        try: return draw(seed)
        except Exception:
            self.skipped += 1
            if not self.told: print(f"page of seed {seed} left out, and such from now on without a word:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
            self.told = True

    def group(self, r, stage):
        name = r.choices(list(stage.sizes), list(stage.sizes.values()))[0]
        (height, width), room, most = page_size(r, name), ROOM[name], MOST_LINES[name]
        if height > 2 * width: most, room = max(most, min(60, height // 15)), min(2300, room * 2)          # till rolls, lists, telephones' screens
        most = min(stage.line_cap, most)
        if name == "huge" and r.random() < .3: room = 2300
        kinds = TALL if stage.kinds is ALL and height >= max(560, 1.4 * width) else stage.kinds
        count = max(32, int(self.pages * 1.5 * 512 * 512 / max(LEAST_PIXELS, height * width))) if self.pages >= 32 else self.pages
        if name == "huge": count *= 2                  # so many that short pages find their like and are cut together
        pages = [self.sound(lambda seed: documents.make(seed, (height, width), most, .5, kinds, room), r) for _ in range(count)]
        pages, times = [page for page in pages if page], self.times + (name == "huge")
        if len(pages) * 2 < count: raise RuntimeError(f"{count - len(pages)} of {count} pages could not be drawn; the first fault stands above")
        for part, foot in cut_to_print(pages, r, 2 * self.pages * COST):
            for page in part: page.cut(foot)
            seen = [self.sound(lambda seed: [view(page, random.Random(seed + k), stage.tasks, stage.damage) for k in range(times)], r) for page in part]
            part, seen = [page for page, views in zip(part, seen) if views], [views for views in seen if views]
            order = sorted(range(len(part)), key=lambda i: len(seen[i][0].answer))
            cut = len(part) * 5 // 8 if len(part) >= 64 else len(part)         # short and long answers apart: less padding
            for chosen in filter(None, (order[:cut], order[cut:])):
                pictures = torch.from_numpy(np.stack([part[i].pixels() for i in chosen]))
                packed = [pack([seen[i][k] for i in chosen], scaled_size(foot, width), room + 300, stage.coordinate_weight, r) for k in range(times)]
                yield pictures, packed, stage.damage


def page_size(r, name):
    """(height, width) of a page as drawn, in multiples of 16: what damage.jpeg takes."""
    t, side = r.random(), r.uniform(*SIDES[name])      # a quarter are strips: cut-outs and cards lie, till rolls and lists stand
    aspect = 2 ** (r.uniform(.9, 2.2) if t < .12 else r.uniform(-1.9, -.9) if t < .26 else max(-1., min(1., r.gauss(.05, .55))))
    return round(side / aspect ** .5 / 16) * 16, round(side * aspect ** .5 / 16) * 16


def cut_to_print(pages, r, most):
    """Equally wide pages by where their print ends: [(pages, the height that holds them)], each of about the cost `most`.

    A large page without its empty foot holds as much print for less work. A fifth of the pages stay whole."""
    height, width = pages[0].height, pages[0].width
    least = min(height, LEAST_PIXELS / width)          # a smaller page is scaled up and costs no less
    feet = [height if not page.lines or r.random() < .2 else min(height, max(least, max(line.box[3] for line in page.lines) + r.uniform(6, 40))) for page in pages]
    order = sorted(range(len(pages)), key=feet.__getitem__)
    cost = np.cumsum([max(LEAST_PIXELS, feet[i] * width) / 256 + sum(len(line.text) + 13 for line in pages[i].lines) for i in order])
    parts = max(1, round(cost[-1] / most))
    cuts = [0, *np.searchsorted(cost, cost[-1] * np.arange(1, parts) / parts).tolist(), len(pages)]
    return [([pages[i] for i in order[a:b]], min(height, int(-(-feet[order[b - 1]] // 16) * 16))) for a, b in zip(cuts, cuts[1:]) if b > a]
