"""Draws one random document: make(seed, ...) -> Page."""
import random

import layouts
import listings
import records
from content import whole
from page import Page

LAYOUTS = {**layouts.LAYOUTS, **records.LAYOUTS, **listings.LAYOUTS}
WITHOUT_TEXT = ("blank", "scene")
FOLLOWED = ("columns", "paragraphs", "table", "form", "receipt", "invoice", "letter")        # where other lines may stand below


def make(seed, size, most_lines, han_share, kinds, room=700):
    """A clean page. size: (height, width); kinds: {layout: weight}; room: answer tokens that the page may cost."""
    r = random.Random(seed)
    kind = r.choices(list(kinds), list(kinds.values()))[0]
    while True:
        page = Page(r, *size, zh=r.random() < han_share, room=room, scale=2 if r.random() < .3 else 1)
        n = whole(r, 1, most_lines) if r.random() < .15 else whole(r, max(1, most_lines // 2), most_lines)
        LAYOUTS[kind](page, r, n)
        if page.lines or kind in WITHOUT_TEXT: break
    if kind in FOLLOWED and r.random() < .6: follow(page, r, most_lines)
    if r.random() < .15: separate(page, r)
    if r.random() < .08:
        page.rectangle((1, 1, page.width - 2, page.height - 2), outline=page.ink, width=whole(r, 1, 3))
    page.kind = kind
    return page


def follow(page, r, most_lines):
    """Loose lines on the part of a page that its layout left empty: a page with little print teaches little for its price."""
    foot, before = max(line.box[3] for line in page.lines), len(page.lines)
    if foot > .7 * page.height: return
    layouts.lines(page, r, max(0, most_lines - before), foot + r.uniform(4, 40))
    if page.blocks: page.blocks += [line.text for line in page.lines[before:]]


def separate(page, r):
    """Rules between the lines, of one kind: wherever they stand, what is above and below them is read on."""
    style, foot, gaps = r.choice(("dot", "dot", "dash", "rule", "double")), 0, []
    for left, top, right, bottom in sorted((line.box for line in page.lines), key=lambda box: box[1]):
        if foot and top - foot > 5: gaps.append((foot + top) / 2)
        foot = max(foot, bottom)
    x = r.uniform(0, page.width / 6)
    for y in r.sample(gaps, min(len(gaps), whole(r, 1, 4))): page.separator(x, page.width - x, y, style)
