"""Page layouts of plain text: loose lines, paragraphs, letters, signs, notices, blank pages and pictures.

A layout is a function of (page, r, n): it prints at most about n lines in page.zh's language and fills page.blocks for Markdown.
"""
import phrases
from content import address, company, date, han, han_sentence, latin, number, person, sentence, telephone, whole, word
from page import face


def body_size(r, page, low=10.5):
    """A type size in pixels, small print often; Chinese is larger."""
    t = r.random()
    size = r.uniform(low, 15) if t < .42 else r.uniform(13, 20) if t < .68 else r.uniform(16, 30) if t < .9 else r.uniform(24, 46)
    size = min(size, max(16, page.height / 6))
    return max(size, 12.5 if r.random() < .12 else 13.5) if page.zh else size


def margin(r, page):
    return whole(r, 4, max(6, page.width // 11))


def plain(r, zh, n):
    """A line of about n words: in Chinese pages a fifth is Latin."""
    return han(r, whole(r, 1, n * 3)) if zh and r.random() < .82 else latin(r, whole(r, 1, n))


def lines(page, r, n, y=0):
    base = body_size(r, page)
    y = y or whole(r, 2, max(3, min(40, page.height // 8)))
    one = r.random() < .5
    faces = {zh: face(r, zh) for zh in (True, False)}
    for _ in range(n):
        size = base if r.random() < .75 else r.uniform(13, min(60, page.height / 2))
        s = plain(r, page.zh, 6)
        zh = any(ord(c) > 0x2FFF for c in s)
        f = faces[zh] if one else face(r, zh)
        ink = None
        if r.random() < .06 and y + size * 1.5 < page.height: ink = page.panel((0, y - 2, page.width, y + size * 1.45))
        elif r.random() < .12: ink = page.contrast(page.background)
        t = r.random()
        x = whole(r, 4, max(5, page.width // 6)) if t < .7 else whole(r, 4, page.width // 2)
        box = page.put(x, y, s, f, size, ink, centre=page.width / 2 if t > .88 else None)
        if box is None: break
        if r.random() < .05: page.rule(box[0], box[3] + 1, box[2], box[3] + 1, ink)
        y = box[3] + whole(r, 2, max(3, int(base * .9)))
        if y > page.height - 16: break


def columns(page, r, n):
    """Short lines below and beside one another: lists, menus, key figures, captions."""
    size, f = body_size(r, page), face(r, page.zh)
    count = whole(r, 1, 2) if r.random() < .6 else whole(r, 3, 4)
    y, x0 = whole(r, 4, 30), margin(r, page)
    step = (page.width - 2 * x0) / count
    pitch = size * r.uniform(1.08, 2.4)
    while len(page.lines) < n and y + size < page.height - 3:
        for j in range(count):
            s = page.fit(page.clean(number(r) if r.random() < .3 else plain(r, page.zh, 3), f), f, size, step - size * .8)
            if s and page.put(x0 + j * step, y, s, f, size) is None: return
        y += pitch


def heading(page, r, f, size, x, y, mark="# "):
    """A title over the text; returns the y below it."""
    s = han(r, whole(r, 2, 9)) if page.zh else latin(r, whole(r, 1, 4)).title()
    box = page.put(x, y, s, f, size, page.contrast(page.background) if r.random() < .3 else None, centre=page.width / 2 if r.random() < .45 else None)
    if box is None: return y
    page.blocks.append(mark + page.lines[-1].text)
    return box[3] + size * r.uniform(.4, 1)


def wrapped(page, r, s, f, size, x, y, right, gap, indent=0):
    """Prints running text as lines; returns (what was printed, the y below)."""
    done, s, first = [], page.clean(s, f), True
    while s and y < page.height - size - 3:
        left = x + (indent if first else 0)
        line = page.fit(s, f, size, right - left)
        if not line or page.put(left, y, line, f, size) is None: break
        done.append(page.lines[-1].text)
        s, y, first = s[len(line):].lstrip(), max(page.lines[-1].box[3], y + size) + gap, False
    return ("" if page.zh else " ").join(done), y


def running(r, zh, n):
    """About n sentences; some are random strings, so that not all can be guessed."""
    if zh: return "".join(han_sentence(r) if r.random() < .65 else han(r, whole(r, 6, 20)) + "，" for _ in range(n))
    return " ".join(sentence(r) if r.random() < .65 else latin(r, whole(r, 3, 9)) for _ in range(n))


def paragraphs(page, r, n):
    size = r.uniform(10.5, 15) if r.random() < .5 else body_size(r, page)
    if page.zh: size = max(size, 12.5 if r.random() < .15 else 13.5)
    f, gap = face(r, page.zh), r.uniform(.5, max(3, size * .7))
    x = margin(r, page)
    y, right = whole(r, 3, max(4, page.height // 12)), page.width - whole(r, 5, 30)
    if r.random() < .45: y = heading(page, r, f if r.random() < .5 else face(r, page.zh), min(60, size * r.uniform(1.2, 2)), x, y)
    split = page.width > 420 and r.random() < .15
    areas = [(x, (x + right) / 2 - size), ((x + right) / 2 + size / 2, right)] if split else [(x, right)]
    top, indent = y, size * 2 if r.random() < .3 else 0
    for x, right in areas:
        y = top
        while y < page.height - size - 3 and len(page.lines) < n:
            if not split and r.random() < .08: y = heading(page, r, f, size * r.uniform(1, 1.4), x, y, "## ")
            list_mark = "- " if r.random() < .1 else ""
            before = len(page.lines)
            s, y = wrapped(page, r, list_mark + running(r, page.zh, whole(r, 1, 5)), f, size, x, y, right, gap, indent)
            if len(page.lines) == before: return
            page.blocks.append(s)
            y += gap * r.uniform(0, 2)


def letter(page, r, n):
    zh, size, x = page.zh, body_size(r, page), margin(r, page) + 6
    size = min(size, 22)
    f, y, right = face(r, page.zh), whole(r, 8, 30), page.width - margin(r, page)
    gap = size * r.uniform(.2, .6)

    def single(s, **place):
        nonlocal y
        box = page.put(x, y, s, f, size, **place)
        if box:
            page.blocks.append(page.lines[-1].text)
            y = max(box[3], y + size) + gap
    if r.random() < .6:
        single(company(r, zh), centre=page.width / 2 if r.random() < .5 else None)
        if r.random() < .7: single(address(r, zh), centre=page.width / 2 if r.random() < .5 else None)
        if r.random() < .5: page.separator(x, right, y, r.choice(("rule", "rule", "dot", "dash", "double")))
        y += gap * 2
    if r.random() < .8: single(date(r, zh), **({"right": right} if r.random() < .5 else {}))
    y += gap
    single((("尊敬的" if r.random() < .5 else "") + person(r, True) + r.choice(("先生：", "女士：", "：", "老师："))) if zh else r.choice(("Dear ", "Dear Mr. ", "To ", "Hello ")) + person(r, False) + ",")
    indent = size * 2 if zh or r.random() < .2 else 0
    for _ in range(whole(r, 1, 5)):
        if len(page.lines) > n - 2 or y > page.height - size * 4: break
        s, y = wrapped(page, r, running(r, zh, whole(r, 1, 5)), f, size, x, y, right, gap, indent)
        if s: page.blocks.append(s)
        y += gap
    single(r.choice(("此致", "敬礼", "祝好！", "顺颂商祺")) if zh else r.choice(("Sincerely,", "Best regards,", "Yours truly,", "Kind regards,")))
    single(person(r, zh), **({"right": right} if zh and r.random() < .7 else {}))
    if r.random() < .4: single(telephone(r, zh))


def sign(page, r, n):
    """A few large words on a coloured board."""
    zh = page.zh
    if r.random() < .7:
        page.background = tuple(whole(r, 0, 255) for _ in range(3))
        page.rectangle((0, 0, page.width, page.height), fill=page.background)
        page.ink = page.contrast(page.background)
    if r.random() < .6:
        inset = whole(r, 3, 14)
        page.rectangle((inset, inset, page.width - inset, page.height - inset), outline=page.ink, width=whole(r, 1, 5), radius=r.choice((0, 0, 8, 20)))
    count = whole(r, 1, min(5, n))
    y = page.height * r.uniform(.06, .35)
    for i in range(count):
        t = r.random()
        s = r.choice(phrases.TITLE)[0 if zh else 1] if t < .3 else (han(r, whole(r, 1, 8)) if zh else " ".join(word(r) for _ in range(whole(r, 1, 3))))
        if not zh and r.random() < .4: s = s.upper()
        f, size = face(r, zh), r.uniform(18, max(20, min(120, page.height / (count + .8))))
        s = page.clean(s, f)
        while size > 15 and page.width_of(s, f, size) > page.width * .86: size *= .88
        box = page.put(8, y, s, f, size, centre=page.width / 2 if r.random() < .85 else None)
        if box is None: break
        y = box[3] + r.uniform(4, size * .6)


def notice(page, r, n):
    """Sentences of the phrase book, each on one line or wrapped; the translation has one line a sentence."""
    source = 0 if page.zh else 1
    pairs, left = [], n
    y, f, x = whole(r, 4, max(5, page.height // 6)), face(r, page.zh), margin(r, page)
    size, middle = min(34, max(13, body_size(r, page))), page.width / 2 if r.random() < .35 else None
    gap = whole(r, 3, max(5, int(size)))
    wanted = whole(r, 1, max(1, min(9, n)))
    if r.random() < .55 or wanted == 1:
        pair, large = r.choice(phrases.TITLE), min(60, size * r.uniform(1.1, 2))
        ink = page.panel((0, 0, page.width, y + large * 1.5)) if r.random() < .3 else page.contrast(page.background) if r.random() < .4 else None
        while large > 13 and page.width_of(pair[source], f, large) > page.width - 2 * x - 4: large -= 2
        s = pair[source].upper() if source and r.random() < .25 else pair[source]
        box = page.put(x, y, s, f, large, ink, centre=middle or (page.width / 2 if r.random() < .5 else None), cut=False)
        if box:
            pairs.append(pair[1 - source])
            page.blocks.append("# " + s)
            y, left = box[3] + gap + 4, left - 1
    for _ in range(wanted):
        pair = phrases.fill(r.choice(phrases.SENT) if r.random() < .9 else r.choice(phrases.TITLE), r)
        s, rows = page.clean(pair[source], f), []
        while s:
            row = page.fit(s, f, size, page.width - 2 * x - 3)
            if not row: break
            rows.append(row)
            s = s[len(row):].lstrip()
        if s or len(rows) > min(left, 3) or y + len(rows) * (size + 6) > page.height - 3 or sum(map(len, rows)) + 60 > page.room: break
        boxes = []
        for row in rows:
            boxes.append(page.put(x, y, row, f, size, centre=middle))
            if boxes[-1] is None: break
            y, left = max(boxes[-1][3], y + size) + max(2, gap // 2), left - 1
        if boxes[-1] is None: break
        pairs.append(pair[1 - source])
        page.blocks.append(("" if page.zh else " ").join(rows))
        y += gap // 2 + 1
    if pairs:
        page.translation = ("en" if page.zh else "zh", "\n".join(pairs))


def blank(page, r, n):
    """No text: an empty page, perhaps with rules, boxes or dots."""
    for _ in range(r.choice((0, 0, 1, 3, 8))):
        if r.random() < .5:
            y = whole(r, 4, page.height - 4)
            page.rule(whole(r, 0, page.width // 2), y, whole(r, page.width // 2, page.width), y)
        else:
            x, y = whole(r, 0, page.width - 20), whole(r, 0, page.height - 20)
            page.rectangle((x, y, x + whole(r, 5, page.width // 2), y + whole(r, 5, page.height // 2)), outline=page.ink)


def shapes(page, r, box, count):
    """Coloured ellipses, rectangles and polygons inside `box`."""
    k, (x0, y0, x1, y1) = page.scale, box
    for _ in range(count):
        a, b = sorted((r.uniform(x0, x1), r.uniform(x0, x1)))
        c, d = sorted((r.uniform(y0, y1), r.uniform(y0, y1)))
        if b - a < 3 or d - c < 3: continue
        fill, t = tuple(whole(r, 0, 255) for _ in range(3)), r.random()
        if t < .4: page.draw.ellipse((a * k, c * k, b * k, d * k), fill=fill)
        elif t < .6: page.draw.rectangle((a * k, c * k, b * k, d * k), fill=fill)
        else: page.draw.polygon([(r.uniform(a, b) * k, r.uniform(c, d) * k) for _ in range(whole(r, 3, 7))], fill=fill)


def scene(page, r, n):
    """A picture without text."""
    whole_page = (0, 0, page.width, page.height)
    if r.random() < .8: page.paste_noise(whole_page, whole(r, 2, 40))
    shapes(page, r, whole_page, whole(r, 0, 14))


def caption(page, r, n):
    """A picture with some text over, above or below it."""
    top, bottom = page.height * r.uniform(0, .4), page.height * r.uniform(.5, .9)
    area = (page.width * r.uniform(0, .15), top, page.width * r.uniform(.8, 1), bottom)
    dark = r.random() < .5
    page.paste_noise(area, whole(r, 2, 12), *((0, 110) if dark else (150, 255)))
    if r.random() < .6: shapes(page, r, (area[0], area[1], area[2], (area[1] + area[3]) / 2), whole(r, 1, 6))
    size, f = max(15, body_size(r, page)), face(r, page.zh)
    if r.random() < .5: page.put(area[0] + 8, (area[1] + area[3]) / 2 + 4, plain(r, page.zh, 4), f, size, (250, 250, 250) if dark else (10, 10, 10))
    lines(page, r, max(1, min(4, n - 1)), bottom + 6)


LAYOUTS = dict(lines=lines, columns=columns, paragraphs=paragraphs, letter=letter, sign=sign, notice=notice, blank=blank, scene=scene, caption=caption)
