"""Page layouts with structure: tables, forms, receipts, invoices, cards and screenshots. See layouts.py for what a layout is."""
from html import escape

from content import HAN_WORDS, WORDS, address, company, digits, goods, han, money, number, price, string, telephone, whole, word
from fields import FIELDS, FORMS, invented_label, invented_value
from layouts import body_size, lines, margin, plain, shapes
from page import face


def html_table(rows):
    """Rows of cell texts as the HTML that document-to-Markdown answers with."""
    return "<table>" + "".join("<tr>" + "".join(f"<td>{escape(c, quote=False)}</td>" for c in row) + "</tr>" for row in rows) + "</table>"


def cell_text(r, zh):
    t = r.random()
    if t < .4: return number(r)
    return han(r, whole(r, 1, 5)) if zh else word(r) if t < .85 else string(r)


def grid(page, r, x0, x1, y, size, f, rows, right_from=99):
    """Prints rows of cells in columns of x0..x1; returns (what was printed, the y below). Columns from right_from on stand right."""
    count, ruled, striped = len(rows[0]), r.random() < .65, r.random() < .25
    weights = [r.uniform(.7, 1.6) if r.random() < .5 else 1 for _ in range(count)]
    if right_from < 99: weights[0] = r.uniform(1.5, 2.6)
    edges = [x0]
    for w in weights: edges.append(edges[-1] + (x1 - x0) * w / sum(weights))
    pitch, top, done = size * r.uniform(1.35, 2.1), y, []
    middle = r.random() < .2
    if r.random() < .3: page.rectangle((x0, y, x1, y + pitch), fill=tuple(int(v * .88) for v in page.background))
    for i, row in enumerate(rows):
        if y + pitch > page.height - 3 or page.room < sum(map(len, row)) + 13 * count: break
        if striped and i % 2: page.rectangle((x0, y, x1, y + pitch), fill=tuple(int(v * .93) for v in page.background))
        printed = []
        for j, s in enumerate(row):
            s = page.fit(page.clean(s, f), f, size, edges[j + 1] - edges[j] - 9)
            place = dict(right=edges[j + 1] - 4) if j >= right_from else dict(centre=(edges[j] + edges[j + 1]) / 2) if middle else {}
            box = page.put(edges[j] + 4, y + (pitch - size) / 2 - 1, s, f, size, **place) if s else None
            printed.append(page.lines[-1].text if box else "")
        done.append(printed)
        y += pitch
    if ruled and done:
        for i in range(len(done) + 1): page.rule(x0, top + i * pitch, x1, top + i * pitch)
        if r.random() < .8:
            for e in edges: page.rule(e, top, e, y)
    elif done and r.random() < .5: page.rule(x0, top + pitch, x1, top + pitch)
    return done, y


def table(page, r, n):
    zh, size = page.zh, min(26, body_size(r, page))
    f, x, y = face(r, zh), whole(r, 4, 20), whole(r, 4, 30)
    if r.random() < .6:
        box = page.put(x, y, plain(r, zh, 3), face(r, zh), size * r.uniform(1, 1.5), centre=page.width / 2 if r.random() < .6 else None)
        if box:
            page.blocks.append("# " + page.lines[-1].text)
            y = box[3] + r.uniform(6, 16)
    count = whole(r, 2, max(2, min(6, page.width // 85)))
    empty = r.choice((0, 0, 0, 0, .15, .4))
    rows = [[cell_text(r, zh) if r.random() >= empty else "" for _ in range(count)] for _ in range(whole(r, 2, max(2, min(16, n // count))))]
    if r.random() < .4:                                 # the same few names again and again
        names = [goods(r, zh) for _ in range(whole(r, 1, 5))]
        for row in rows: row[0] = r.choice(names)
    if r.random() < .6: rows[0] = [invented_label(r, zh) for _ in range(count)]
    done, y = grid(page, r, x, page.width - x, y, size, f, rows)
    if done: page.blocks.append(html_table(done))
    if len(page.lines) < n and r.random() < .35:
        before = len(page.lines)
        lines(page, r, min(6, n - before), y + whole(r, 6, 20))
        page.blocks += [line.text for line in page.lines[before:]]


def _entry(r, name, zh, invented):
    """(name, label, value) of a field; a share of them is `invented`, with a label that no list holds."""
    if name is None or r.random() < invented:
        label = invented_label(r, zh)
        return "invented:" + label, label, invented_value(r, zh)
    return name, r.choice(FIELDS[name][0 if zh else 1]), FIELDS[name][2](r, zh)


def _choose(r, names, zh):
    """[(name, label, value)] for a form, no label twice."""
    out, upper, used = [], not zh and r.random() < .15, set()
    for name in names:
        name, label, value = _entry(r, name, zh, .5)
        label = label.upper() if upper else label
        if label.lower() in used: continue
        used.add(label.lower())
        out.append((name, label, value))
    return out


def form(page, r, n):
    zh = page.zh
    titles_zh, titles_en, names = r.choice(FORMS)
    names = names.split()
    t = r.random()
    if t < .25: names = r.sample(list(FIELDS), whole(r, 3, 9))
    elif t < .5: names = [None] * whole(r, 2, 9)
    count = whole(r, 1, max(2, min(n - 1, len(names))))
    entries = _choose(r, [names[i] for i in sorted(r.sample(range(len(names)), min(count, len(names))))], zh)
    size = min(max(body_size(r, page), 12), 30)
    f = face(r, zh)
    label_face = f if r.random() < .55 else face(r, zh)
    x, y = whole(r, 5, max(6, page.width // 9)), whole(r, 4, 24) if r.random() < .6 else whole(r, 4, max(25, page.height // 5))
    if r.random() < .75:
        title = r.choice((titles_zh if zh else titles_en).split("|"))
        large = min(60, size * r.uniform(1, 1.9))
        ink = page.panel((0, 0, page.width, y + large * 1.5)) if r.random() < .25 else None
        box = page.put(x, y, title.upper() if not zh and r.random() < .3 else title, label_face, large, ink, centre=page.width / 2 if r.random() < .6 else None)
        if box:
            page.blocks.append("# " + page.lines[-1].text)
            y = box[3] + r.uniform(4, 16)
    style = r.choice(("inline", "inline", "inline", "columns", "columns", "ruled", "above", "pairs"))
    separator = r.choice(("：", ":", "： ", " ")) if zh else r.choice((": ", ": ", ":", " ", " - "))
    lead, unfilled = r.random() < .12, .25 if r.random() < .2 else 0
    gap, quiet = r.uniform(2, max(4, size)), page.contrast(page.background) if r.random() < .3 else page.ink
    column = x + max(page.width_of(label + "：", label_face, size) for _, label, _ in entries) + size * r.uniform(.6, 3)
    half = page.width / 2
    for i, (name, label, value) in enumerate(entries):
        label, value = page.clean(label, label_face), page.clean(value, f)
        at = x + (half if style == "pairs" and i % 2 else 0)
        limit = (at + half if style == "pairs" and not i % 2 else page.width) - 8
        if not label or not value: continue
        if r.random() < unfilled and style != "above":  # a label that nobody has written anything behind
            box = page.put(at, y, label + separator.strip(), f if style in ("inline", "pairs") else label_face, size)
            if box is None: break
            value, end = "", min(limit, box[2] + size * r.uniform(3, 9))
            if r.random() < .6: page.rule(box[2] + 4, box[3], end, box[3])
        elif style in ("inline", "pairs"):
            s = label + separator + value
            if at + page.width_of(s, f, size) > limit: continue
            box = page.put(at, y, s, f, size)
        elif style == "above":
            small = max(10, size * .75)
            if y + small * 1.3 + size * 1.4 > page.height or at + max(page.width_of(value, f, size), page.width_of(label, label_face, small)) > limit: continue
            box = page.put(at, y, label, label_face, small, quiet) and page.put(at, page.lines[-1].box[3] + 3, value, f, size)
        else:
            if column + page.width_of(value, f, size) > limit or y + size * 1.4 > page.height: continue
            box = page.put(at, y, label + (separator.strip() if r.random() < .5 else ""), label_face, size, quiet) and page.put(column, y, value, f, size)
            if box and lead: page.dots(page.lines[-2].box[2] + size * .4, box[0] - size * .4, y + size * .85, size * r.uniform(.2, .5))
            if box and style == "ruled": page.rule(x, box[3] + 2, page.width - x, box[3] + 2)
        if box is None: break
        page.blocks.append((f"{label}：{value}" if zh else f"{label}: {value}").rstrip())
        page.fields[name], page.labels[name] = value, label
        if style != "pairs" or i % 2: y = max(box[3], y + size) + gap
        if y > page.height - size - 3: break


def receipt(page, r, n):
    """A narrow till slip: shop, date, goods with prices to the right, sums."""
    zh, size = page.zh, min(24, body_size(r, page))
    f = face(r, zh)
    width = min(page.width - 8, max(170, size * r.uniform(14, 26)))
    x0 = (page.width - width) / 2 if r.random() < .6 else whole(r, 4, max(5, int(page.width - width - 4)))
    x1, y, gap = x0 + width, whole(r, 4, 24), size * r.uniform(.1, .5)
    if width < page.width * .85 and r.random() < .6:
        page.rectangle((x0 - 6, 0, x1 + 6, page.height), fill=page.near(245, 8))
        page.ink = page.near(35, 25)
    style, lead, asked = r.choice(("rule", "dash", "dash", "dot", "double", "none")), r.random() < .15, r.random() < .4      # leaders; whether goods are asked for, too

    def row(left, right=None, name=None, large=size, centre=False):
        nonlocal y
        if y + large * 1.4 > page.height - 3 or len(page.lines) > n: return False
        left = page.fit(page.clean(left, f), f, large, width - (page.width_of(right, f, large) + size if right else 2))
        if not left or len(left) + len(right or "") + 30 > page.room: return False
        box = page.put(x0, y, left, f, large, centre=(x0 + x1) / 2 if centre else None)
        if box is None: return False
        if right and (far := page.put(x0, y, right, f, large, right=x1)) is None: return False
        if right and lead: page.dots(box[2] + size * .4, far[0] - size * .4, y + large * .85, size * r.uniform(.2, .5))
        page.blocks.append(left + (" " + right if right else ""))
        y = max(box[3], y + large) + gap
        return True

    def separator():
        nonlocal y
        page.separator(x0, x1, y + 2, style)
        y += 5

    def value(name):
        """A line of label and value; asked for later."""
        name, label, v = _entry(r, name, zh, .55)
        label, v = page.clean(label, f), page.clean(v, f)
        if page.width_of(label + v, f, size) > width - size * 2 or not v or not label or label in page.labels.values(): return
        ok = row(label, v) if r.random() < .55 else row(label + r.choice((":", ": ", "：") if zh else (": ", ":")) + v)
        if ok: page.fields[name], page.labels[name] = v, label
    row(company(r, zh), large=size * r.uniform(1, 1.6), centre=r.random() < .8)
    if r.random() < .5: row(address(r, zh), centre=r.random() < .8)
    if r.random() < .4: row(telephone(r, zh), centre=r.random() < .8)
    for name in r.sample(["date", "time", "no", "cashier", "table", "shop", "order"], whole(r, 0, 4)): value(name)
    separator()
    if r.random() < .25: row(*r.choice((("商品", "金额"), ("品名", "价格"), ("项目", "小计"))) if zh else r.choice((("Item", "Amount"), ("ITEM", "PRICE"), ("Description", "Total"))))
    for _ in range(whole(r, 1, max(1, min(12, n // 3)))):
        s = goods(r, zh)
        if r.random() < .35: s += f" x{whole(r, 1, 9)}" if r.random() < .6 else f" {whole(r, 1, 9)}"
        cost = page.clean(money(r, zh) if r.random() < .5 else price(r), f)
        if not row(s, cost): break
        if asked and len(page.lines) > 1: page.label_value("goods:" + page.lines[-2].text, page.lines[-2].text, cost)
    separator()
    for name in ("subtotal", "discount", "tax", "total", "paid", "change", "pay"):
        if r.random() < .55: value(name)
    if r.random() < .4:                                 # whatever else a shop's till writes under its sums
        if r.random() < .5: separator()
        for _ in range(whole(r, 1, 4)): value(r.choice((None, "cashier", "contact", "no", "order", "date", "remark", "shop", "addr")))
    if r.random() < .5: row(r.choice(("谢谢惠顾", "欢迎下次光临", "请保留小票")) if zh else r.choice(("THANK YOU", "Thank you for your visit", "Please come again", "Have a nice day")), centre=True)
    if r.random() < .25: row(digits(r, 13), centre=True)


def invoice(page, r, n):
    """Letterhead, two blocks of fields, a table of goods, sums at the right."""
    zh, size = page.zh, min(20, body_size(r, page))
    f, x, y = face(r, zh), margin(r, page), whole(r, 5, 26)
    right, gap = page.width - x, size * r.uniform(.2, .6)
    title = r.choice(("发票", "增值税发票", "报价单", "送货单", "对账单", "结算单")) if zh else r.choice(("INVOICE", "Invoice", "Quotation", "Delivery Note", "Statement", "Bill"))
    box = page.put(x, y, title, face(r, zh), size * r.uniform(1.2, 2.2), centre=page.width / 2 if r.random() < .4 else None)
    if box:
        page.blocks.append("# " + page.lines[-1].text)
        y = box[3] + gap * 2

    def pair(name, at, limit):
        """Label and value in one line; returns whether it was printed."""
        name, label, v = _entry(r, name, zh, .5)
        label, v = page.clean(label, f), page.clean(v, f)
        s = label + (r.choice(("：", ":")) if zh else r.choice((": ", ": ", " "))) + v
        if not v or not label or label in page.labels.values() or at + page.width_of(s, f, size) > limit or page.put(at, y, s, f, size) is None: return False
        page.fields[name], page.labels[name] = v, label
        page.blocks.append(s)
        return True
    names = r.sample(["invno", "invdate", "due", "buyer", "seller", "taxid", "addr", "tel", "order", "contact", "bank", "acct"], whole(r, 2, 7))
    both = page.width > 360 and r.random() < .6
    while names and y < page.height * .5:
        ok = pair(names.pop(), x, page.width / 2 - 4 if both else right)
        if both and names: ok = pair(names.pop(), page.width / 2 + 4, right) or ok
        if ok: y += size * 1.15 + gap
    y += gap
    head = ["品名", "数量", "单价", "金额"] if zh else ["Description", "Qty", "Price", "Amount"]
    if r.random() < .4: head = [invented_label(r, zh) for _ in head]
    keep = [0] + sorted(r.sample([1, 2, 3], whole(r, 1, 3)))
    makers = [lambda: goods(r, zh), lambda: str(whole(r, 1, 200)), lambda: price(r), lambda: money(r, zh)]
    rows = [[head[j] for j in keep]] + [[makers[j]() for j in keep] for _ in range(whole(r, 1, max(1, min(10, n // 5))))]
    done, y = grid(page, r, x, right, y, size, f, rows, 1 if r.random() < .6 else 99)
    if done: page.blocks.append(html_table(done))
    y += gap
    for name in ("subtotal", "rate", "tax", "total"):
        if r.random() < .7 and y + size * 1.4 < page.height:
            if r.random() < .6:
                label, v = r.choice(FIELDS[name][0 if zh else 1]), page.clean(FIELDS[name][2](r, zh), f)
                at = right - page.width_of(v, f, size) - page.width_of(label, f, size) - size * r.uniform(1, 4)
                if at > x and v and page.put(at, y, label, f, size) and page.put(x, y, v, f, size, right=right):
                    page.fields[name], page.labels[name] = v, label
                    page.blocks.append(label + " " + v)
            else: pair(name, x if r.random() < .5 else page.width / 2, right)
            y += size * 1.15 + gap
    if page.room > 80 and r.random() < .3: lines(page, r, whole(r, 1, 3), y + gap)


def card(page, r, n):
    """An ID-card-like or business-card-like form: a rounded card on a desk, perhaps with a portrait, few labels."""
    zh = page.zh
    inset = r.choice((0, 0, whole(r, 4, max(5, min(page.width, page.height) // 9))))
    x0, y0, x1, y1 = inset, inset, page.width - inset, page.height - inset
    if inset:
        page.paste_noise((0, 0, page.width, page.height), whole(r, 2, 20))
        page.rectangle((x0, y0, x1, y1), fill=page.background, radius=r.choice((0, 6, 14)))
    if r.random() < .35:
        shade = tuple(max(0, min(255, v + whole(r, -22, 22))) for v in page.background)
        page.rectangle((x0, y0, x1, y0 + (y1 - y0) * r.uniform(.1, .3)), fill=shade)
    left, right, y = x0 + whole(r, 8, 24), x1 - 8, y0 + whole(r, 6, 20)
    size = min(26, max(12, (y1 - y0) / r.uniform(11, 20)))
    if zh: size = max(13, size)
    f, gap = face(r, zh), size * r.uniform(.25, .9)
    if r.random() < .4:                                 # portrait
        w = (x1 - x0) * r.uniform(.18, .3)
        side = r.random() < .6
        area = (right - w, y0 + (y1 - y0) * .25, right, y0 + (y1 - y0) * .25 + w * 1.3) if side else (left, y0 + (y1 - y0) * .25, left + w, y0 + (y1 - y0) * .25 + w * 1.3)
        page.paste_noise(area, 3, 90, 230)
        shapes(page, r, area, 3)
        if side: right = area[0] - 8
        else: left = area[2] + 8
    if r.random() < .5:
        title = r.choice(("中华人民共和国", "会员卡", "工作证", "身份证", "名片", "学生证", "通行证")) if zh else r.choice(("IDENTITY CARD", "Member Card", "STAFF", "Student ID", "Visitor Pass", "Library Card"))
        box = page.put(left, y, title, face(r, zh), size * r.uniform(1, 1.5), page.contrast(page.background) if r.random() < .5 else None)
        if box:
            page.blocks.append("# " + page.lines[-1].text)
            y = box[3] + gap
    unlabelled = r.random() < .45                       # business cards print name, title, company without a label
    names = ["name", "title", "company", "dept", "tel", "mobile", "email", "web", "addr"] if unlabelled else r.choice(FORMS)[2].split()
    names = sorted(r.sample(range(len(names)), whole(r, 2, min(8, len(names))))), names
    for name, label, value in _choose(r, [names[1][i] for i in names[0]], zh):
        value, bare = page.clean(value, f), unlabelled and name in ("name", "title", "company", "dept", "email", "web", "addr") and r.random() < .8
        large = size * r.uniform(1.1, 1.8) if bare and name in ("name", "company") else size
        s = value if bare else label + (r.choice(("：", ":", " ")) if zh else r.choice((": ", ": ", " "))) + value
        if not value or left + page.width_of(s, f, large) > right or y + large * 1.4 > y1: continue
        box = page.put(left, y, s, f, large)
        if box is None: break
        page.blocks.append(s)
        page.fields[name], page.labels[name] = value, label
        y = max(box[3], y + large) + gap


def screenshot(page, r, n):
    """A program window: title bar, menu, side list, content, buttons; or a chat."""
    zh, size = page.zh, r.uniform(11.5, 17)
    if zh: size = max(13, size)
    f, bar = face(r, zh), size * r.uniform(1.6, 2.4)
    ink = page.panel((0, 0, page.width, bar)) if r.random() < .7 else None
    page.put(8, (bar - size) / 2 - 1, plain(r, zh, 3), f, size, ink)
    y = bar + 2
    if r.random() < .6:                                 # menu
        x = 8
        while x < page.width - 40 and len(page.lines) < n:
            box = page.put(x, y + 3, han(r, 2)[:2] if zh else r.choice(WORDS).capitalize()[:8], f, size)
            if box is None: break
            x = box[2] + size * r.uniform(.8, 2)
        y += size * 1.9
        page.rule(0, y - 3, page.width, y - 3, tuple(int(v * .8) + 20 for v in page.background))
    if r.random() < .3:                                 # chat
        while y < page.height - size * 3 and len(page.lines) < n:
            s = page.fit(page.clean(plain(r, zh, 5), f), f, size, page.width * .7)
            if not s: break
            w, mine = page.width_of(s, f, size), r.random() < .5
            x = page.width - w - 18 if mine else 18
            bubble = page.panel((x - 8, y, x + w + 8, y + size * 1.9), 8)
            box = page.put(x, y + size * .35, s, f, size, bubble)
            if box is None: break
            y += size * r.uniform(2.3, 3.2)
        return
    side = page.width * r.uniform(.2, .32) if page.width > 330 and r.random() < .5 else 0
    pitch = size * r.uniform(1.5, 2.3)
    if side: page.rectangle((0, y, side - 6, page.height), fill=tuple(int(v * .94) for v in page.background))
    while y + pitch < page.height - 4 and len(page.lines) < n:
        if side and r.random() < .8:
            s = page.fit(page.clean(han(r, 4)[:5] if zh else word(r), f), f, size, side - 18)
            if s: page.put(8, y, s, f, size)
        t, x = r.random(), side + 8
        s = page.fit(page.clean(plain(r, zh, 6), f), f, size, page.width - x - 10)
        if t < .12 and s:                               # button
            w = page.width_of(s, f, size)
            button = page.panel((x, y - 3, min(page.width - 2, x + w + 16), y + size * 1.35), r.choice((0, 4)))
            page.put(x + 7, y, s, f, size, button)
        elif t < .24:                                   # checkbox
            page.rectangle((x, y + 2, x + size * .75, y + 2 + size * .75), outline=page.ink)
            page.put(x + size * 1.3, y, s, f, size)
        elif t < .45 and s:                             # a name and a value at the right edge
            v = page.clean(number(r) if r.random() < .6 else r.choice(HAN_WORDS) if zh else r.choice(WORDS), f)
            s = page.fit(s, f, size, page.width - x - page.width_of(v, f, size) - 30)
            if s and v and page.put(x, y, s, f, size) and page.put(x, y, v, f, size, right=page.width - 6): page.label_value("shown:" + s, s, v)
        elif s: page.put(x, y, s, f, size)
        y += pitch * (1 if r.random() < .85 else 1.6)


LAYOUTS = dict(table=table, form=form, receipt=receipt, invoice=invoice, card=card, screenshot=screenshot)
