"""Evaluation documents as HTML. A document is (html, facts): every text node is one line of truth, or several where it wraps.

facts: {"fields": {label: value}, "missing": [labels], "table": [[cell]], "translation": {"to", "text"}, "kind"}. Nothing here is shared with the
training generator.
"""
import html
import random

from texts import BILL, CLOSING, FIELDS, FIRMS, GOODS, HEADS, NAMES, SENTENCES, SIGNS, STREETS
from translations import PAIRS

PAPERS = ["#ffffff", "#fdfbf5", "#f2efe6", "#e9eef5", "#fbf6e0", "#dfe7dd"]
TEXTURES = ["repeating-linear-gradient(45deg,#0000 0 7px,#7771 7px 8px)", "repeating-linear-gradient(0deg,#0000 0 23px,#68c2 23px 24px)",
            "repeating-linear-gradient(90deg,#0000 0 3px,#9971 3px 4px)"]
DARKS = ["#101418", "#1d2733", "#2b1f2b", "#003a36"]


def esc(s):
    return html.escape(s, quote=False)


def serial(r):
    return r.choice([f"{r.choice('BDFHKQZ')}{r.choice('ACEX')}{r.randrange(10**6):06d}", f"{r.randrange(10**4):04d}-{r.randrange(10**5):05d}", f"{r.randrange(10**9):09d}",
                     f"{r.choice('KLMN')}{r.randrange(100):02d}/{r.randrange(10**4):04d}"])


def day(r, lang):
    y, m, d = r.randint(1998, 2034), r.randint(1, 12), r.randint(1, 28)
    if lang == "zh": return r.choice([f"{y}年{m}月{d}日", f"{y}-{m:02d}-{d:02d}"])
    return r.choice([f"{d} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[m - 1]} {y}", f"{y}-{m:02d}-{d:02d}", f"{d:02d}/{m:02d}/{y}"])


def money(r, lang):
    v = f"{r.randint(1, 4999)}.{r.randint(0, 99):02d}"
    return r.choice(["¥" + v, v + "元"]) if lang == "zh" else r.choice(["$" + v, v + " EUR", v])


def value(r, lang, kind):
    if kind == "person": return r.choice(NAMES[lang])
    if kind == "firm": return r.choice(FIRMS[lang])
    if kind == "street": return r.choice(STREETS[lang])
    if kind == "day": return day(r, lang)
    if kind == "code": return serial(r)
    if kind == "sum": return money(r, lang)
    return str(r.randint(1, 480))


def entries(r, lang, n):
    """n fields: ({label: value}, two labels that are not there)."""
    kinds = [(label, kind) for kind, labels in FIELDS[lang].items() for label in labels.split("|")]
    r.shuffle(kinds)
    return {label: value(r, lang, kind) for label, kind in kinds[:n]}, [label for label, _ in kinds[n:n + 2]]


def div(text, style=""):
    return f'<div style="{style}">{esc(text)}</div>'


def letter(r, lang, size):
    body = r.sample(SENTENCES[lang], r.randint(4, 9))
    cut = r.randint(2, len(body) - 1)
    parts = [div(r.choice(FIRMS[lang]), f"font-size:{size * 1.3:.1f}px"), div(r.choice(STREETS[lang])), div(day(r, lang), "text-align:right;margin:8px 0"), div(CLOSING[lang][1], "margin:6px 0")]
    joint = "" if lang == "zh" else " "
    parts += [div(joint.join(body[:cut]), "margin-bottom:9px"), div(joint.join(body[cut:]), "margin-bottom:9px"), div(CLOSING[lang][0]), div(r.choice(NAMES[lang]))]
    return "".join(parts), {}


def small_print(r, lang, size):
    joint = "" if lang == "zh" else " "
    body = r.sample(SENTENCES[lang], r.randint(8, 16))
    return div(r.choice(SIGNS[lang]), f"font-size:{size * 1.25:.1f}px;margin-bottom:5px") + "".join(div(joint.join(body[i:i + 4]), "margin-bottom:6px") for i in range(0, len(body), 4)), {}


def receipt(r, lang, size):
    fields, missing = entries(r, lang, r.randint(2, 4))
    row = '<div style="display:flex;justify-content:space-between;gap:20px;white-space:nowrap"><span>%s</span><span>%s</span></div>'
    goods = "".join(row % (esc(g), esc(money(r, lang))) for g in r.sample(GOODS[lang], r.randint(3, 8)))
    inner = div(r.choice(FIRMS[lang]), f"text-align:center;font-size:{size * 1.35:.1f}px") + div(r.choice(STREETS[lang]), "text-align:center;margin-bottom:7px")
    inner += '<hr style="border:0;border-top:1px dotted #777;margin:6px 0">' + goods + '<hr style="border:0;border-top:1px dotted #777;margin:6px 0">'
    return inner + "".join(row % (esc(k), esc(v)) for k, v in fields.items()), dict(fields=fields, missing=missing)


def form(r, lang, size):
    fields, missing = entries(r, lang, r.randint(4, 9))
    style = r.choice(["colon", "grid", "stack"])
    colon = "：" if lang == "zh" else ": "
    head = div(r.choice(SIGNS[lang]), f"font-size:{size * 1.4:.1f}px;margin-bottom:10px;text-align:{r.choice(['left', 'center'])}")
    if style == "colon": body = "".join(div(k + colon + v, "margin-bottom:6px") for k, v in fields.items())
    elif style == "grid":
        body = '<div style="display:grid;grid-template-columns:max-content 1fr;gap:7px 26px;white-space:nowrap">' + "".join(f"<span style='opacity:.75'>{esc(k)}</span><span>{esc(v)}</span>" for k, v in fields.items()) + "</div>"
    else: body = "".join(div(k, f"font-size:{max(11, size * .8):.1f}px;opacity:.7") + div(v, "margin-bottom:8px") for k, v in fields.items())
    return head + body, dict(fields=fields, missing=missing)


def card(r, lang, size):
    fields, missing = entries(r, lang, r.randint(3, 5))
    body = "".join(div(f"{k} {v}", "margin-bottom:5px") for k, v in fields.items())
    portrait = '<div style="width:72px;height:92px;background:linear-gradient(#9ab,#567);flex:none"></div>'
    return f'<div style="border:2px solid currentColor;border-radius:12px;padding:14px">{div(r.choice(SIGNS[lang]), f"font-size:{size * 1.3:.1f}px;margin-bottom:8px")}<div style="display:flex;gap:14px">{portrait}<div>{body}</div></div></div>', dict(fields=fields, missing=missing)


def table(r, lang, size):
    columns, rows = r.randint(3, 5), r.randint(3, 8)
    cells = [r.sample(HEADS[lang], columns)] + [[r.choice(GOODS[lang]) if j == 0 else r.choice([str(r.randint(1, 9999)), f"{r.randint(0, 99)}.{r.randint(0, 9)}", serial(r)[:6]]) for j in range(columns)] for _ in range(rows)]
    line = r.choice(["border:1px solid currentColor", "border-bottom:1px solid #8888", ""])
    body = "".join("<tr>" + "".join(f'<td style="padding:5px 9px;white-space:nowrap;{line}">{esc(c)}</td>' for c in row) + "</tr>" for row in cells)
    return div(r.choice(SIGNS[lang]), f"font-size:{size * 1.3:.1f}px;margin-bottom:9px") + f'<table style="border-collapse:collapse;width:100%">{body}</table>', dict(table=cells)


def board(r, lang, size):
    return "".join(div(s, f"font-size:{r.uniform(24, 46):.1f}px;text-align:center;margin:6px 0;white-space:nowrap") for s in r.sample(SIGNS[lang], r.randint(1, 4))), {}


def window(r, lang, size):
    rows = "".join(f'<div style="display:flex;justify-content:space-between;padding:5px 8px;border-bottom:1px solid #9993;white-space:nowrap;gap:18px"><span>{esc(r.choice(SIGNS[lang]))}</span><span>{esc(serial(r))}</span></div>' for _ in range(r.randint(4, 10)))
    button = f'<span style="display:inline-block;background:#2864c7;color:#fff;padding:5px 14px;border-radius:5px;margin-top:9px">{esc(r.choice(GOODS[lang]))}</span>'
    return f'<div style="background:#55606d;color:#fff;padding:7px 9px">{esc(r.choice(FIRMS[lang]))}</div>{rows}{button}', {}


def empty(r, lang, size):
    tall = '<div style="height:%dpx">%s</div>'
    return tall % (r.randint(160, 560), r.choice(["", '<div style="height:60%;background:linear-gradient(120deg,#fd8,#48c 60%,#264)"></div>', '<div style="border:1px solid #999;height:40%;margin:30px"></div>',
                     '<svg width="100%" height="80%"><circle cx="120" cy="120" r="70" fill="#c55"/><rect x="60" y="150" width="160" height="60" fill="#5a8"/></svg>'])), {}


def invoice(r, lang, size):
    """Letterhead, fields in two columns, a ruled list of goods, the sum at the right."""
    fields, missing = entries(r, lang, r.randint(3, 6))
    title, head, total = BILL[lang]
    pairs = "".join(f"<span>{esc(k)}{'：' if lang == 'zh' else ': '}{esc(v)}</span>" for k, v in fields.items())
    goods = [[g, str(r.randint(1, 60)), money(r, lang)] for g in r.sample(GOODS[lang], r.randint(2, 6))]
    rows = "".join("<tr>" + "".join(f'<td style="padding:4px 8px;border-top:1px solid #8886;text-align:{("left", "right", "right")[j]}">{esc(c)}</td>' for j, c in enumerate(row)) + "</tr>" for row in [head] + goods)
    return (div(title, f"font-size:{size * 1.6:.1f}px;margin-bottom:4px") + div(r.choice(FIRMS[lang])) + div(r.choice(STREETS[lang]), "margin-bottom:10px")
            + f'<div style="display:grid;grid-template-columns:max-content max-content;gap:5px 28px;white-space:nowrap;margin-bottom:12px">{pairs}</div>'
            + f'<table style="border-collapse:collapse;width:100%;white-space:nowrap">{rows}</table>' + div(f"{total} {money(r, lang)}", "text-align:right;margin-top:9px")), dict(fields=fields, missing=missing)


def name_card(r, lang, size):
    """A business card without labels."""
    lines = [(r.choice(NAMES[lang]), 1.6), (r.choice(FIRMS[lang]), 1.1), (r.choice(STREETS[lang]), 1), (serial(r), 1), (f"+{r.randint(20, 98)} {r.randint(100, 999)} {r.randint(10 ** 5, 10 ** 6 - 1)}", 1)]
    side = r.choice(["left", "right", "center"])
    return "".join(div(text, f"font-size:{size * scale:.1f}px;text-align:{side};white-space:nowrap;margin-bottom:4px") for text, scale in lines), {}


def listing(r, lang, size):
    """A long narrow list: up to 60 lines."""
    rows = "".join(div(f"{r.choice(GOODS[lang])} {money(r, lang) if r.random() < .5 else serial(r)}", "white-space:nowrap") for _ in range(r.randint(26, 58)))
    return div(r.choice(SIGNS[lang])) + rows, {}


def notice(r, lang, size):
    """Sentences that have a translation, a line each."""
    pairs = r.sample(PAIRS, r.randint(2, 6))
    source = 0 if lang == "zh" else 1
    shown = "".join(div(pair[source], f"white-space:nowrap;margin-bottom:{r.randint(4, 12)}px") for pair in pairs)
    return shown, dict(translation=dict(to="en" if lang == "zh" else "zh", text="\n".join(pair[1 - source] for pair in pairs)))


KINDS = dict(letter=letter, small_print=small_print, receipt=receipt, form=form, card=card, table=table, board=board, window=window, empty=empty, invoice=invoice, name_card=name_card,
             listing=listing, notice=notice)


def document(r, kind, lang):
    """(inner HTML, CSS of the sheet, width, height, facts)"""
    dense = kind in ("small_print", "listing")
    size = r.uniform(11, 15) if dense else r.uniform(13, 15) if r.random() < .35 else r.uniform(15, 26)
    if lang == "zh": size = max(size, 14 if dense else 15)
    if kind == "listing": size = min(size, 14)
    inner, facts = KINDS[kind](r, lang, size)
    width, height = dict(letter=(r.randint(480, 760), r.randint(420, 880)), small_print=(r.randint(420, 720), r.randint(420, 860)), receipt=(r.randint(260, 420), r.randint(380, 760)),
                         form=(r.randint(340, 700), r.randint(330, 720)), card=(r.randint(380, 620), r.randint(240, 380)), table=(r.randint(430, 780), r.randint(300, 620)),
                         board=(r.randint(430, 640), r.randint(200, 420)), window=(r.randint(360, 700), r.randint(300, 640)), empty=(r.randint(200, 640), r.randint(200, 640)),
                         invoice=(r.randint(460, 760), r.randint(420, 800)), name_card=(r.randint(300, 520), r.randint(200, 300)), listing=(r.randint(260, 420), 900),
                         notice=(r.randint(380, 640), r.randint(220, 420)))[kind]
    dark = r.random() < .15
    css = f"font-size:{size:.1f}px;line-height:{r.uniform(1.25, 1.6):.2f};background:{r.choice(DARKS if dark else PAPERS)};color:{'#eef2f4' if dark else r.choice(['#000', '#1b2430', '#23314f', '#4a1f1f'])};padding:{r.randint(12, 40)}px"
    if kind == "listing": css += ";line-height:1.1"
    if not dark and r.random() < .15: css += f";background-image:{r.choice(TEXTURES)}"
    return inner, css, width, height, dict(facts, kind=kind, language=lang, size=round(size, 1))


def plan(count, seed):
    """`count` documents: kinds in turn, languages and fonts by halves. [(id, kind, language, trained font?, random)]"""
    kinds = ["letter", "form", "receipt", "table", "small_print", "card", "notice", "window", "board", "invoice", "letter", "receipt", "form", "small_print", "empty",
             "listing", "notice", "table", "name_card"]
    return [(i, kinds[i // 4 % len(kinds)], ("zh", "en")[i % 2], i % 4 < 2, random.Random(seed * 100003 + i)) for i in range(count)]
