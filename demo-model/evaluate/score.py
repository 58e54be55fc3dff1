"""Scores answers against the truth of a set of documents.

    python3 score.py OUT ANSWERS.json [ANSWERS.json ...]

OUT: folder of render.py. ANSWERS: {"document": {"spot": text, "text": text, "extract": text, "markdown": text}} (an answer may be missing).
Prints one table with a column for every answers file; --json FILE also writes the figures.
"""
import json
import re
import sys
from html.parser import HTMLParser

SPOT = "检测并识别图片中的文字，将文本坐标格式化输出。"
TEXT = "提取图中的文字。"
EXTRACT = "提取图片中的: [%s] 的字段内容，并按照JSON格式返回。"
MARKDOWN = "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，文档中公式用latex格式表示，按照阅读顺序组织进行解析。"
_LINE = re.compile(r"(.*?)\((\d{1,4}),(\d{1,4})\),\((\d{1,4}),(\d{1,4})\)", re.S)


def questions(name, entry):
    """{task: prompt} for a document: spotting always; the other tasks where the document can answer them."""
    out = {"spot": SPOT}
    if int(name[:3]) % 4 == 1 or not entry["lines"]: out["text"] = TEXT
    if entry.get("fields"): out["extract"] = EXTRACT % ",".join(f"'{k}'" for k in asked(entry))
    if entry.get("table"): out["markdown"] = MARKDOWN
    return out


def asked(entry):
    """{label: value} of the EXTRACT question: what the page has and one label that it lacks."""
    return {**entry["fields"], **{k: "" for k in entry.get("missing", [])[:1]}}


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


def score(truth, answers):
    """{measure: (figure, how much it rests on)}"""
    sums = {}

    def add(measure, value, of=1):
        s = sums.setdefault(measure, [0, 0])
        s[0] += value
        s[1] += of
    for name, entry in truth.items():
        got, texts = answers.get(name, {}), [line["text"] for line in entry["lines"]]
        fonts, lang = ("trained fonts" if entry["trained"] else "unseen fonts"), dict(en="Latin", zh="Chinese")[entry["language"]]
        whole = "\n".join(texts)
        for answer in got.values(): add("answers that end in a repetition", repeats(answer))
        if not texts:
            for task in ("spot", "text"):
                if task in got: add("page without text: empty answer", got[task].strip() == "")
            continue
        if "spot" in got:
            lines = spotted(got["spot"])
            read = "\n".join(t for t, _ in lines)
            wrong = min(len(whole), distance(whole, read))
            size = entry["size"] * min(1, (768 * 768 / (entry["width"] * entry["height"])) ** .5)
            bucket = "under 14 px" if size < 14 else "14 to 18 px" if size < 18 else "18 px and over"
            for measure in (f"{lang}, {fonts}: character error", f"{lang}, {bucket}: character error", f"{lang}, {entry['kind']}: character error"): add(measure, wrong, len(whole))
            rest = [t for t, _ in lines]
            for line in entry["lines"]:
                hit = line["text"] in rest
                if hit: rest.remove(line["text"])
                add(f"{lang}, {fonts}: lines exactly right", hit)
                add(f"box IoU, {fonts}", max([iou(line["box"], b) for _, b in lines] or [0]))
                same = [iou(line["box"], b) for t, b in lines if t == line["text"]]
                if same: add("box IoU of lines read right", max(same))
        if "text" in got: add("text-only prompt: character error", min(len(whole), distance(whole, got["text"])), len(whole))
        if "extract" in got:
            j, want = parse_json(got["extract"]), asked(entry)
            add("EXTRACT: valid JSON", bool(j))
            for k, v in want.items(): add(f"EXTRACT, {lang}: fields right" if v else "EXTRACT: missing fields left empty", str(j.get(k, None)) == v)
            add("EXTRACT: whole answers right", all(str(j.get(k)) == v for k, v in want.items()))
        if "markdown" in got:
            cells, want = table_of(got["markdown"]), entry["table"]
            add("Markdown: table shape right", [len(row) for row in cells] == [len(row) for row in want])
            add("Markdown: table cells right", cells_right(want, cells), sum(map(len, want)))
    return {k: (s[0] / s[1], s[1]) for k, s in sorted(sums.items())}


def main(arguments):
    target = arguments[arguments.index("--json") + 1] if "--json" in arguments else None
    files = [a for a in arguments if a not in ("--json", target)]
    with open(files[0] + "/truth.json", encoding="utf8") as f: truth = json.load(f)
    columns = {}
    for path in files[1:]:
        with open(path, encoding="utf8") as f: columns[path] = score(truth, json.load(f))
    print("| measure | rests on | " + " | ".join(columns) + " |\n|---|---|" + "---|" * len(columns))
    for measure in sorted({m for c in columns.values() for m in c}):
        cells = [c.get(measure, (float("nan"), 0)) for c in columns.values()]
        print(f"| {measure} | {max(n for _, n in cells)} | " + " | ".join(f"{v:.3f}" for v, _ in cells) + " |")
    if target:
        with open(target, "w", encoding="utf8") as f: json.dump(columns, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
