"""Draws one random document: make(seed, ...) -> Page."""
import random

import layouts
import records
from content import whole
from page import Page

LAYOUTS = {**layouts.LAYOUTS, **records.LAYOUTS}
WITHOUT_TEXT = ("blank", "scene")


def make(seed, size, most_lines, han_share, kinds, room=700):
    """A clean page. size: (height, width); kinds: {layout: weight}; room: answer tokens that the page may cost."""
    r = random.Random(seed)
    kind = r.choices(list(kinds), list(kinds.values()))[0]
    while True:
        page = Page(r, *size, zh=r.random() < han_share, room=room, scale=2 if r.random() < .3 else 1)
        n = whole(r, 1, most_lines) if r.random() < .3 else whole(r, max(1, most_lines // 2), most_lines)
        LAYOUTS[kind](page, r, n)
        if page.lines or kind in WITHOUT_TEXT: break
    if r.random() < .08:
        page.rectangle((1, 1, page.width - 2, page.height - 2), outline=page.ink, width=whole(r, 1, 3))
    page.kind = kind
    return page
