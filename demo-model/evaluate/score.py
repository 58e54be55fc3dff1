"""Scores answers against the truth of a set of documents.

    python3 score.py OUT ANSWERS.json [ANSWERS.json ...]

OUT: folder of render.py. ANSWERS: see answers.py; answers that are missing count for nothing.
Prints one table with a column for every answers file; --json FILE also writes the figures.
"""
import json
import re
import sys
from html.parser import HTMLParser

import answers
from prompts import asked

_LINE = re.compile(r"(.*?)\((\d{1,4}),(\d{1,4})\),\((\d{1,4}),(\d{1,4})\)", re.S)


def distance(a, b):
    """Edit distance"""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1): before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def spotted(answer):
    """[(text, (x0, y0, x1, y1))]"""
    return [(t, tuple(map(int, box))) for t, *box in _LINE.findall(answer)]


def iou(a, b):
    inner = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inner
    return inner / union if union > 0 else 0.0


def repeats(text, unit=60, times=8):
    """Whether the text ends in a unit of up to `unit` characters said `times` times or more."""
    return any(len(text) >= n * times and text.endswith(text[-n:] * times) and not text[-n:].isspace() for n in range(1, unit + 1))


class _Table(HTMLParser):
    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], False

    def handle_starttag(self, tag, attributes):
        if tag == "tr": self.rows.append([])
        if tag == "td" and self.rows: self.rows[-1].append("")
        self.cell = tag == "td" and bool(self.rows)

    def handle_endtag(self, tag):
        if tag == "td": self.cell = False

    def handle_data(self, data):
        if self.cell: self.rows[-1][-1] += data


def table_of(markdown):
    """The cells of the first HTML table, or []."""
    m = re.search(r"<table>.*?(</table>|$)", markdown, re.S)
    if not m: return []
    p = _Table()
    p.feed(m.group())
    return p.rows


def cells_right(truth, got):
    return sum(i < len(got) and j < len(got[i]) and got[i][j].strip() == cell for i, row in enumerate(truth) for j, cell in enumerate(row))


def parse_json(answer):
    try:
        out = json.loads(answer)
    except ValueError:
        return {}
    return out if isinstance(out, dict) else {}


class Sums:
    """Figures by name: what was right (or wrong) out of how many."""

    def __init__(self): self.sums = {}

    def add(self, measure, value, of=1):
        s = self.sums.setdefault(measure, [0, 0])
        s[0] += value
        s[1] += of

    def figures(self): return {k: (s[0] / s[1], s[1]) for k, s in sorted(self.sums.items())}


def wrong(want, got):
    """Wrong characters, at most as many as there are."""
    return min(len(want), distance(want, got))


def size_class(entry):
    """Type size in the document's own pixels."""
    return "under 14 px" if entry["size"] < 14 else "14 to 18 px" if entry["size"] < 18 else "18 px and over"


def score_spot(add, entry, answer, lang):
    fonts, texts = ("trained fonts" if entry["trained"] else "unseen fonts"), [line["text"] for line in entry["lines"]]
    lines, whole = spotted(answer), "\n".join(texts)
    errors, rest = wrong(whole, "\n".join(t for t, _ in lines)), [t for t, _ in lines]
    for measure in (fonts, size_class(entry), entry["kind"]): add(f"{lang}, {measure}: character error", errors, len(whole))
    for line in entry["lines"]:
        hit = line["text"] in rest
        if hit: rest.remove(line["text"])
        add(f"{lang}, {fonts}: lines exactly right", hit)
        add(f"box IoU, {fonts}", max([iou(line["box"], b) for _, b in lines] or [0]))
        same = [iou(line["box"], b) for t, b in lines if t == line["text"]]
        if same: add("box IoU of lines read right", max(same))


def score_extract(add, entry, answer, lang):
    j, want = parse_json(answer), asked(entry)
    add("EXTRACT: valid JSON", bool(j))
    for k, v in want.items(): add(f"EXTRACT, {lang}: fields right" if v else "EXTRACT: missing fields left empty", str(j.get(k)) == v)
    add("EXTRACT: whole answers right", all(str(j.get(k)) == v for k, v in want.items()))


def score_markdown(add, entry, answer, lang):
    cells, want = table_of(answer), entry["table"]
    add("Markdown: table shape right", [len(row) for row in cells] == [len(row) for row in want])
    add("Markdown: table cells right", cells_right(want, cells), sum(map(len, want)))


def score_text(add, entry, answer, lang):
    whole = "\n".join(line["text"] for line in entry["lines"])
    add("text-only prompt: character error", wrong(whole, answer), len(whole))


def score_translate(add, entry, answer, lang):
    want = entry["translation"]["text"]
    name = "TRANSLATE, Chinese to English" if lang == "Chinese" else "TRANSLATE, English to Chinese"
    add(name + ": character error", wrong(want, answer), len(want))
    for mine, line in zip(answer.split("\n") + [""] * 99, want.split("\n")): add(name + ": lines exactly right", mine == line)


SCORES = dict(spot=score_spot, text=score_text, extract=score_extract, markdown=score_markdown, translate=score_translate)


def does(task, entry, answer):
    """Whether an answer is of the kind that the task asks for, however well it was read."""
    boxes, text = len(spotted(answer)), "\n".join(line["text"] for line in entry["lines"])
    if task == "spot": return boxes >= len(entry["lines"]) / 2
    if task == "extract": return bool(parse_json(answer))
    if task == "markdown": return "<table>" in answer
    if task == "text": return not boxes and "<td>" not in answer and wrong(text, answer) < len(text) / 2
    return not boxes and distance(entry["translation"]["text"], answer) < distance(text, answer)


def score(truth, answers, stopped=None):
    """{measure: (figure, how much it rests on)}. stopped: see answers.py"""
    sums = Sums()
    for name, entry in truth.items():
        lang = dict(en="Latin", zh="Chinese")[entry["language"]]
        for asking, answer in answers.get(name, {}).items():
            task, _, own = asking.partition(", ")
            sums.add("answers without end", repeats(answer) or asking in (stopped or {}).get(name, {}))
            if not entry["lines"]:
                if task in ("spot", "text"): sums.add("page without text: empty answer", answer.strip() == "")
            elif own: sums.add("prompt in own words: the task that was meant", does(task, entry, answer))
            else: SCORES[task](sums.add, entry, answer, lang)
    return sums.figures()


def table(columns):
    """A Markdown table of {column: figures}; a measure that a column lacks stays empty."""
    lines = ["| measure | rests on | " + " | ".join(columns) + " |", "|---|---|" + "---|" * len(columns)]
    for measure in sorted({m for figures in columns.values() for m in figures}):
        cells = [figures.get(measure) for figures in columns.values()]
        lines.append(f"| {measure} | {max(c[1] for c in cells if c)} | " + " | ".join(f"{c[0]:.3f}" if c else "" for c in cells) + " |")
    return "\n".join(lines)


def main(arguments):
    target = arguments[arguments.index("--json") + 1] if "--json" in arguments else None
    documents, *files = [a for a in arguments if a not in ("--json", target)] or [None]
    if not files: raise SystemExit(__doc__)
    truth, read = answers.truth(documents), {path: answers.load(path) for path in files}
    columns = {path: score(truth, content["answers"], content["stopped"]) for path, content in read.items()}
    print(table(columns))
    if target:
        with open(target, "w", encoding="utf8") as f: json.dump(columns, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
