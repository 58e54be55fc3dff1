"""A view of a page: how a camera sees it (a homography), one question, and the dense targets of its glyphs."""
from dataclasses import dataclass

import numpy as np

import questions
from model import scaled_size

CELL_SLOTS, PATCH_SLOTS = 18, 5    # glyphs that a 32x32 cell (nine in each of its halves) and a 16x16 patch may hold (print of 11 px fills them)


def homography(r, size, level):
    """Page pixels -> picture pixels: rotation up to 3 degrees, scale, shear, shift and a little perspective. float64 [3,3]"""
    height, width = size
    angle = np.deg2rad(r.uniform(-3.2, 3.2) if r.random() < .45 else max(-3.2, min(3.2, r.gauss(0, 1.2)))) * level
    scale = r.uniform(.86, 1.05) if r.random() < .85 else r.uniform(.6, .9)
    stretch, shear = r.uniform(.94, 1.06), r.gauss(0, .012) * level
    c, s = np.cos(angle), np.sin(angle)
    linear = scale * np.array([[c * stretch, -s + shear], [s, c / stretch]])
    centre = np.array([width / 2, height / 2])
    slack = max(.03, (1 - scale) / 2)
    shift = centre - linear @ centre + np.array([r.uniform(-slack, slack) * width, r.uniform(-slack, slack) * height]) * level
    h = np.eye(3)
    h[:2, :2], h[:2, 2] = linear, shift
    if r.random() < .4:                                # perspective about the page's centre
        p = np.eye(3)
        p[2, :2] = r.uniform(-.07, .07) * level / width, r.uniform(-.07, .07) * level / height
        to, back = np.eye(3), np.eye(3)
        to[:2, 2], back[:2, 2] = -centre, centre
        h = back @ p @ to @ h
    return h


def project(h, xy):
    """[n,2] points through a homography"""
    q = np.column_stack([xy, np.ones(len(xy))]) @ h.T
    return q[:, :2] / q[:, 2:]


def normalised_boxes(page, h):
    """Line boxes as integers 0..1000, or None where one would leave the picture. h: homography or None"""
    if not page.lines: return []
    b = np.array([line.box for line in page.lines], np.float64)
    if h is not None:
        corners = np.stack([b[:, [0, 1]], b[:, [2, 1]], b[:, [2, 3]], b[:, [0, 3]]], 1)
        q = project(h, corners.reshape(-1, 2)).reshape(-1, 4, 2)
        low, high = q.min(1), q.max(1)
        if low.min() < 1 or high[:, 0].max() > page.width - 1 or high[:, 1].max() > page.height - 1: return None
        b = np.concatenate([low, high], 1)
    return np.clip(np.round(b * (1000 / np.array([page.width, page.height] * 2))), 0, 1000).astype(int).tolist()


def sampling_matrix(h, size):
    """The map from picture to page in grid_sample's coordinates (-1..1). float32 [3,3]"""
    height, width = size
    to_pixels = np.array([[width / 2, 0, width / 2], [0, height / 2, height / 2], [0, 0, 1]])
    m = np.linalg.inv(to_pixels) @ np.linalg.inv(h) @ to_pixels
    return (m / m[2, 2]).astype(np.float32)


@dataclass
class Slots:
    """Glyphs by cell, for the cells that hold any."""
    used: np.ndarray     # the cells that hold glyphs, rising
    at: np.ndarray       # of each glyph, rising: (its cell's place in used) * slots + its slot
    token: np.ndarray
    count: np.ndarray    # of every cell
    first: np.ndarray    # of each used cell: its first glyph's number on the page
    glyph: np.ndarray    # of each glyph: its number on the page


def slots(tokens, xy, size, cell, most, parts=1):
    """Glyphs at xy by cells of `cell` x `cell` pixels and by `parts` of the cell's height, from the top, each with its share of the `most` slots.

    Numbered through the whole cell, glyphs of its second line would stand in a slot that depends on how many its first line has."""
    width, share = size[1] // cell, most // parts
    x, y = (np.clip(xy[:, i].astype(int), 0, size[1 - i] - 1) for i in (0, 1))
    index, part = y // cell * width + x // cell, y % cell * parts // cell
    order = np.argsort(index * parts + part, kind="stable")
    index, part = index[order], part[order]
    begins = np.r_[True, index[1:] != index[:-1]] if len(index) else np.zeros(0, bool)
    ordinal = np.cumsum(begins) - 1
    news = begins | np.r_[True, part[1:] != part[:-1]] if len(index) else begins
    rank = np.arange(len(index)) - np.maximum.accumulate(np.where(news, np.arange(len(index)), 0)) if len(index) else index
    kept = rank < share
    count = np.zeros(size[0] // cell * width, np.uint8)
    np.add.at(count, index[kept], 1)
    return Slots(index[begins], (ordinal * most + part * share + rank)[kept], tokens[order][kept], count, order[begins], order[kept])


@dataclass
class View:
    matrix: np.ndarray   # see sampling_matrix
    task: str
    prompt: list
    answer: list
    coordinates: list    # one an answer token
    cells: Slots
    patches: Slots
    edges: np.ndarray    # float32 [n,2]: top and bottom of the print at each patch of patches.used, from the patch's middle, in patches
    where: np.ndarray    # float32 [m,3]: middle, top and bottom of every glyph of cells, from its cell's middle, in patches
    places: np.ndarray   # int16 [n,5]: of each cell of cells.used, in thousandths of the picture: see places()


def places(cells, middle, top, bottom, size):
    """Where on the picture each used cell's print stands, as answers say it: the middle of its first glyph, top and bottom of its first and last glyph."""
    first, last = cells.first, cells.glyph[np.searchsorted(cells.at, np.arange(1, len(cells.used) + 1) * CELL_SLOTS) - 1]
    down = np.stack([top[first, 1], bottom[first, 1], top[last, 1], bottom[last, 1]], 1) / size[0]
    return np.clip(np.round(np.concatenate([middle[first, :1] / size[1], down], 1) * 1000), 0, 999).astype(np.int16)


def view(page, r, tasks, level):
    size, h, boxes = (page.height, page.width), None, None
    if r.random() < .65 and level > 0:
        for attempt in range(4):
            h = homography(r, size, level * .55 ** attempt)
            boxes = normalised_boxes(page, h)
            if boxes is not None: break
    if boxes is None: h, boxes = None, normalised_boxes(page, None)
    task, prompt, answer, coordinates = questions.ask(page, boxes, r, tasks)
    g = np.array(page.glyphs, np.float64).reshape(-1, 4)
    tokens, top, bottom = g[:, 0].astype(np.int16), g[:, 1:3], g[:, [1, 3]]
    if h is not None and len(g): top, bottom = project(h, top), project(h, bottom)
    matrix = sampling_matrix(h if h is not None else np.eye(3), size)      # of the page as drawn: it is scaled after it was warped
    size = scaled_size(*size)                          # from here on in pixels of the picture as the model sees it
    top, bottom = (xy * (size[1] / page.width, size[0] / page.height) for xy in (top, bottom))
    middle = (top + bottom) / 2
    cells, patches = slots(tokens, middle, size, 32, CELL_SLOTS, 2), slots(tokens, middle, size, 16, PATCH_SLOTS)
    row = patches.used // (size[1] // 16) * 16 + 8
    edges = np.stack([top[patches.first, 1] - row, bottom[patches.first, 1] - row], 1).astype(np.float32) / 16
    across, down = np.divmod(cells.used[cells.at // CELL_SLOTS], size[1] // 32)[::-1]
    where = np.stack([middle[cells.glyph, 0] - across * 32 - 16, top[cells.glyph, 1] - down * 32 - 16, bottom[cells.glyph, 1] - down * 32 - 16], 1).astype(np.float32) / 16
    return View(matrix, task, prompt, answer, coordinates, cells, patches, edges, where, places(cells, middle, top, bottom, size))
