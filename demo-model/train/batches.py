"""Batches of page views, drawn by worker processes: what is trained on when, and how it is packed."""
import os
import random

import numpy as np
import torch

import documents
import tokenizer
from views import CELL_SLOTS, PATCH_SLOTS, view

SIZES = {"small": [(256, 256), (192, 352), (160, 448), (256, 384), (128, 512), (320, 256)],
         "medium": [(384, 384), (320, 512), (512, 320), (256, 640), (448, 448), (352, 576)],
         "large": [(512, 512), (448, 640), (640, 448), (576, 576), (384, 704), (704, 320), (640, 512)],
         "huge": [(768, 768), (704, 640), (640, 832), (832, 640), (896, 640), (576, 960)]}
MOST_LINES = {"small": 9, "medium": 15, "large": 24, "huge": 44}
ROOM = {"small": 330, "medium": 480, "large": 720, "huge": 1250}          # answer tokens a page may cost
READING = dict(lines=6, columns=1, paragraphs=3, table=1, form=1, notice=.5, sign=.6, screenshot=1, blank=.1)
ALL = dict(lines=3, columns=1, paragraphs=3.6, letter=1.4, table=1.6, form=2.2, receipt=1.5, invoice=1.5, card=1.3, screenshot=1.3, sign=.6,
           notice=2.2, caption=.5, blank=.12, scene=.22)


class Stage:
    """What is drawn at a share 0..1 of the whole schedule: small pages and reading first, then everything."""

    def __init__(self, share):
        self.sizes = (dict(small=1) if share < .1 else dict(small=.75, medium=.25) if share < .25 else dict(small=.26, medium=.38, large=.29, huge=.07)
                      if share < .5 else dict(small=.2, medium=.33, large=.34, huge=.13) if share < .75 else dict(small=.14, medium=.27, large=.37, huge=.22))
        self.line_cap = int(2 + 10 * share / .12) if share < .3 else 99
        self.tasks = dict(spot=.85, text=.15) if share < .25 else dict(spot=.8, text=.14, markdown=.14, extract=1.5, translate=1.1)
        self.kinds = READING if share < .25 else ALL
        self.damage = min(1.0, .25 + share * 3)
        self.coordinate_weight = .6 if share < .6 else min(1.0, .6 + (share - .6) * 2)


def _joined(parts, steps):
    """Joins the positions of the pages of a batch, where page i takes up steps[i] positions."""
    starts = np.concatenate([[0], np.cumsum(steps)])
    return np.concatenate([p + start for p, start in zip(parts, starts)]).astype(np.int32)


def misplaced(tokens, coordinates, r):
    """Answer tokens whose coordinates are a little wrong, for the model's input only.

    Fed with perfect boxes, a model learns to add a line's pitch to the box before and drifts once it must follow its own; fed with
    wrong ones it has to look at the picture."""
    spread = r.uniform(2, 25)
    return [t if c < 0 else tokenizer.NUMBER[max(0, min(999, c + round(r.gauss(0, spread))))] for t, c in zip(tokens, coordinates)]


def pack(views, size, longest, coordinate_weight, r=None):
    """The tensors of one batch of views of equally large pages. Positions are flat, so that the device need not search for them.

    With r, every second view is fed misplaced coordinates."""
    n, cells, patches = len(views), size[0] * size[1] // 1024, size[0] * size[1] // 256
    length = min(longest, max(len(v.prompt) + len(v.answer) for v in views))
    length = (length + 31) // 32 * 32
    tokens = np.full((n, length), tokenizer.PAD, np.int16)
    inputs = tokens.copy()
    at, coordinates = [], []
    for i, v in enumerate(views):
        row = (v.prompt + v.answer)[:length]
        fed = v.prompt + misplaced(v.answer, v.coordinates, r) if r and r.random() < .5 else v.prompt + v.answer
        tokens[i, :len(row)], inputs[i, :len(row)] = row, fed[:length]
        at.append(np.arange(len(v.prompt), len(row)) + i * length)
        coordinates += v.coordinates[:len(row) - len(v.prompt)]
    coordinates = np.array(coordinates, np.int32)
    place = np.flatnonzero(coordinates >= 0)
    weight = np.where(coordinates >= 0, coordinate_weight, 1).astype(np.float32)
    out = dict(tokens=tokens, inputs=inputs, at=np.concatenate(at).astype(np.int32), weight=weight, place=place.astype(np.int32), coordinate=coordinates[place],
               matrix=np.stack([v.matrix for v in views]), edge=np.concatenate([v.edges for v in views]))
    for name, slots, each, most in (("cell", [v.cells for v in views], cells, CELL_SLOTS), ("patch", [v.patches for v in views], patches, PATCH_SLOTS)):
        out[name + "_used"] = _joined([s.used for s in slots], [each] * n)
        out[name + "_at"] = _joined([s.at for s in slots], [len(s.used) * most for s in slots])
        out[name + "_token"] = np.concatenate([s.token for s in slots])
        out[name + "_count"] = np.concatenate([s.count for s in slots])
    return {k: torch.from_numpy(np.ascontiguousarray(a)) for k, a in out.items()}


class Batches(torch.utils.data.IterableDataset):
    """Endless (pictures uint8 [B,H,W,3], [packed views, ...], damage level); every page is seen in `times` views."""

    def __init__(self, share, seed, pages=128, times=2):
        self.share, self.seed, self.pages, self.times = share, seed, pages, times      # share: a tensor in shared memory

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        number = worker.id if worker else 0
        if worker: os.nice(10)
        torch.set_num_threads(1)
        r = random.Random(self.seed * 1000 + number)
        while True:
            yield from self.group(r, Stage(float(self.share[0])))

    def group(self, r, stage):
        name = r.choices(list(stage.sizes), list(stage.sizes.values()))[0]
        size, room, most = r.choice(SIZES[name]), ROOM[name], min(stage.line_cap, MOST_LINES[name])
        if name == "huge" and r.random() < .2: room, most = 1600, 64
        count = max(32, min(560, int(self.pages * 512 * 512 / (size[0] * size[1]) / 16) * 16)) if self.pages >= 32 else self.pages
        if room > 1500: count = max(16, count // 2) if self.pages >= 32 else count
        pages = [documents.make(r.getrandbits(60), size, most, .5, stage.kinds, room) for _ in range(count)]
        seen = [[view(page, r, stage.tasks, stage.damage) for _ in range(self.times)] for page in pages]
        order = sorted(range(count), key=lambda i: len(seen[i][0].answer))
        cut = count * 5 // 8 // 8 * 8 if count >= 64 else count            # short and long answers apart: less padding
        for part in (order[:cut], order[cut:]):
            if not part: continue
            pictures = torch.from_numpy(np.stack([pages[i].pixels() for i in part]))
            yield pictures, [pack([seen[i][k] for i in part], size, room + 160, stage.coordinate_weight, r) for k in range(self.times)], stage.damage
