"""Page layouts of many like lines: price lists, ledgers, program code, logs, contents. See layouts.py for what a layout is.

Their lines stand close, begin with the same few words and differ in numbers that nothing around them tells: where a model loses its place first."""
from content import COMMON, HAN_WORDS, LOWER, WORDS, clock, date, digits, goods, han, latin, money, person, price, reference, string, telephone, whole
from page import face


def _name(r):
    """A name as programs have it."""
    parts = [r.choice(COMMON if r.random() < .5 else WORDS).lower()[:9] for _ in range(whole(r, 1, 3))]
    t = r.random()
    if t < .4: return "_".join(parts)
    if t < .8: return parts[0] + "".join(p.capitalize() for p in parts[1:])
    return r.choice(LOWER) + (digits(r, 1) if r.random() < .4 else "")


def _term(r, zh):
    """A value in program code."""
    t = r.random()
    if t < .3: return _name(r)
    if t < .55: return str(r.randrange(10 ** whole(r, 1, 4)))
    if t < .7:
        quote = r.choice("\"'")
        return quote + (han(r, whole(r, 1, 5)).replace(quote, "") if zh and r.random() < .6 else r.choice(WORDS)) + quote
    if t < .85: return f"{_name(r)}[{r.choice((_name(r), str(whole(r, 0, 99))))}]"
    return f"{_name(r)}.{_name(r)}({_name(r)})"


def _statement(r, zh):
    """A line of program code, invented: no language's, but with the signs of all."""
    t = r.random()
    if t < .35: return f"{_name(r)} {r.choice(('=', '+=', '-=', ':=', '*='))} {_term(r, zh)}" + (f" {r.choice('+-*/%&|')} {_term(r, zh)}" if r.random() < .4 else "") + r.choice((";", ""))
    if t < .5: return f"{r.choice(('if', 'while', 'elif', 'for', 'until'))} {_term(r, zh)} {r.choice(('==', '!=', '<', '>', '<=', '>=', 'in', '&&', '||'))} {_term(r, zh)}" + r.choice((":", " {", ") {"))
    if t < .65: return f"{_name(r)}({', '.join(_term(r, zh) for _ in range(whole(r, 0, 3)))})" + r.choice((";", ""))
    if t < .73: return r.choice(("}", "});", "]", "end", "else:", "} else {", "return", "break;", "pass"))
    if t < .85: return r.choice(("// ", "# ", "-- ", "/* ")) + (han(r, whole(r, 3, 10)) if zh else latin(r, whole(r, 2, 5)))
    return f"{r.choice(('def', 'fn', 'void', 'let', 'const', 'return', 'import', 'public int'))} {_name(r)}" + r.choice((";", f"({_name(r)})", f": {_name(r)},", f" = {_term(r, zh)};", f"<{_name(r)}>"))


def _figure(r, zh):
    t = r.random()
    return money(r, zh) if t < .35 else reference(r) if t < .7 else price(r) if t < .8 else str(r.randrange(10 ** whole(r, 1, 6)))


def code(page, r, n):
    """Program code: indented, with or without line numbers, one type size."""
    zh, size = page.zh, r.uniform(11, 18)
    if zh: size = max(13.5, size)
    f, pitch, depth, step = face(r, zh), size * r.uniform(1.15, 1.6), 0, size * r.uniform(.9, 2.2)
    x, y, numbered, first = whole(r, 4, 24), whole(r, 4, 24), r.random() < .35, whole(r, 1, 300)
    if numbered:
        x0, x = x, x + size * 2.2
        if r.random() < .5: page.rule(x - size * .4, 0, x - size * .4, page.height)
    while len(page.lines) < n and y + size * 1.4 < page.height:
        if r.random() < .08 and page.lines: y += pitch
        s = page.fit(page.clean(_statement(r, zh), f), f, size, page.width - x - depth * step - 6)
        if s:
            if numbered and page.put(x0, y, str(first + len(page.lines) // 2), f, size) is None: return
            if page.put(x + depth * step, y, s, f, size) is None: return
            depth = max(0, min(4, depth + (s[-1] in ":{") - (s[0] in "}]" or s[:3] in ("end", "ret", "bre"))))
        y += pitch


def log(page, r, n):
    """Lines of time, kind and message."""
    zh, size = page.zh, r.uniform(11, 16)
    if zh: size = max(13.5, size)
    f, pitch, x, y = face(r, zh), size * r.uniform(1.05, 1.45), whole(r, 3, 16), whole(r, 3, 20)
    day, kinds = date(r), r.sample(("INFO", "WARN", "ERROR", "DEBUG", "OK", "FAIL", "[main]", "[3]", "<notice>"), 3)
    messages = [han(r, whole(r, 3, 9)) if zh else latin(r, whole(r, 1, 4)) for _ in range(whole(r, 2, 5))]
    while len(page.lines) < n and y + size * 1.4 < page.height:
        s = f"{day + ' ' if r.random() < .7 else ''}{clock(r)} {r.choice(kinds)} {r.choice(messages)} {_figure(r, zh)}"
        s = page.fit(page.clean(s, f), f, size, page.width - x - 5)
        if not s or page.put(x, y, s, f, size) is None: return
        y += pitch


def _fitted(page, r, n, size, y, pitch):
    """A pitch at which a long list fits on its page, in two of three: so many lines seldom stand further apart."""
    return max(size * r.uniform(1.0, 1.08), min(pitch, (page.height - y - size) / n)) if n > 30 and r.random() < .67 else pitch


def entries(page, r, n):
    """Names and figures, a line each: one behind the other, or the figure at the right edge, with dots drawn between or none; the names recur."""
    zh = page.zh
    size = r.uniform(10.5, 15) if n > 30 or r.random() < .6 else r.uniform(13, 24)
    if zh: size = max(13.5, size)
    f, x, y = face(r, zh), whole(r, 4, max(5, page.width // 9)), whole(r, 4, 30)
    pitch = _fitted(page, r, n, size, y, size * (r.uniform(1.04, 1.2) if r.random() < .5 else r.uniform(1.15, 1.9)))
    right = page.width - whole(r, 4, max(5, page.width // 8))
    names = [(person(r, zh) if r.random() < .2 else goods(r, zh)) for _ in range(whole(r, 3, 20))]
    style = r.choice(("behind", "behind", "right", "right", "leader", "first", "both"))
    figure = r.choice((_figure, _figure, lambda r, zh: money(r, zh), lambda r, zh: telephone(r, zh), lambda r, zh: reference(r)))
    joint = r.choice((" ", " ", " ", ": ", " - ", ", "))
    if r.random() < .5:
        box = page.put(x, y, r.choice(HAN_WORDS) if zh else r.choice(WORDS).capitalize(), f, size * r.choice((1, 1, 1.3)))
        if box: y = box[3] + pitch * r.uniform(.2, .8)
    marks = r.random() < .2
    while len(page.lines) < n and y + size * 1.4 < page.height:
        name, value = page.clean(r.choice(names), f), page.clean(figure(r, zh), f)
        if marks: name = f"{len(page.lines) + 1}. {name}"
        if not name or not value: continue
        if style in ("behind", "first"):
            s = page.fit(name + joint + value if style == "behind" else value + joint + name, f, size, right - x)
            if not s or page.put(x, y, s, f, size) is None: return
        else:
            name = page.fit(name, f, size, right - x - page.width_of(value, f, size) - size)
            box = page.put(x, y, name, f, size) if name else None
            if box is None: return
            second = page.put(x, y, value, f, size, right=right)
            if second is None: return
            if style == "leader": page.dots(box[2] + size * .4, second[0] - size * .4, y + size * .85, size * r.uniform(.2, .5))
            page.label_value("listed:" + name, name, value)
        y += pitch


def register(page, r, n):
    """Close lines of figures and signs that nothing tells but the picture: which digit is the next one, and of which line."""
    zh = page.zh
    size = max(13.5 if zh else 10.5, r.uniform(10.5, 15) if n > 30 or r.random() < .7 else r.uniform(13, 20))
    f, x, y = face(r, zh), whole(r, 4, max(5, page.width // 9)), whole(r, 4, 30)
    pitch = _fitted(page, r, n, size, y, size * r.uniform(1.03, 1.35))
    words, longest = r.random() < .5, r.uniform(.35, 1) * (page.width - x - 5)
    figures = r.sample((lambda: digits(r, whole(r, 3, 12)), lambda: digits(r, 9), lambda: money(r, zh), lambda: reference(r), lambda: telephone(r, zh), lambda: string(r, 4, 9)), whole(r, 1, 4))
    names = [r.choice(HAN_WORDS if zh else WORDS) for _ in range(whole(r, 2, 12))]
    while len(page.lines) < n and y + size * 1.4 < page.height:
        s = " ".join(([r.choice(names)] if words else []) + [r.choice(figures)() for _ in range(whole(r, 1, 5))])
        s = page.fit(page.clean(s, f), f, size, longest)
        if s and page.put(x, y, s, f, size) is None: return
        y += pitch


def listing(page, r, n):
    """One of the above; a third of code and logs looks as on a terminal."""
    kind = r.choices((entries, register, code, log), (5, 3.5, 2, 1.5))[0]
    if kind in (code, log) and r.random() < .35:
        page.background = page.near(r.uniform(0, 40), 15)
        page.rectangle((0, 0, page.width, page.height), fill=page.background)
        page.ink = page.contrast(page.background)
    kind(page, r, n)


LAYOUTS = dict(listing=listing)
