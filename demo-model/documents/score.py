"""Compares answers with truth.json: character error rate, lines exactly right, fields exactly right, boxes.

  score.py TRUTH ANSWERS      ANSWERS: {picture: {"spotting": text, "fields": text, "translate": text}} as JSON

Errors of a page are counted over its lines joined by line feeds, at most one per character of the truth.
"""

import json
import re
import sys

SPOT = re.compile(r"(.*?)\((\d{1,4}),(\d{1,4})\),\((\d{1,4}),(\d{1,4})\)", re.S)


def spotted(answer: str):
    """-> [(text, [x0, y0, x1, y1])] in thousandths; an incomplete tail is left out."""
    return [(m[0], [int(v) for v in m[1:]]) for m in SPOT.findall(answer)]


def distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def errors(truth: str, read: str):
    """-> (errors, characters); errors never exceed the characters, so that one loop cannot drown the rest."""
    return min(distance(truth, read), len(truth)), len(truth)


def overlap(a, b) -> float:
    """Intersection over union of two boxes."""
    shared = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / area if area > 0 else 0.0


def score(entry: dict, answer: dict) -> dict:
    """Counts for one page; what was not asked is left out."""
    result = {}
    if "spotting" in answer:
        found, lines = spotted(answer["spotting"]), entry["lines"]
        texts = [text for text, _ in found]
        truth = "\n".join(line["text"] for line in lines)
        result["errors"], result["characters"] = errors(truth, "\n".join(texts))
        result["exact_lines"], result["lines"] = sum(line["text"] in texts for line in lines), len(lines)
        result["overlap"] = sum(max((overlap(line["box"], box) for _, box in found), default=0.0) for line in lines) / len(lines)
    if "fields" in answer:
        try:
            read = json.loads(answer["fields"])
        except ValueError:
            read = {}
        read = read if isinstance(read, dict) else {}
        result["exact_fields"] = sum(read.get(name) == value for name, value in entry["fields"].items())
        result["fields"] = len(entry["fields"])
    if "translate" in answer:
        result["translation_errors"], result["translation_characters"] = errors(entry["translate"]["text"], answer["translate"])
    return result


def table(truth: dict, answers: dict):
    """-> (rows of text, totals): one row a page and one for all."""
    totals, rows = {}, []
    for name, answer in answers.items():
        counts = score(truth[name], answer)
        for key, value in counts.items():
            totals[key] = totals.get(key, 0) + value
        rows.append(row(name, counts))
    if "overlap" in totals:
        totals["overlap"] /= sum("spotting" in answer for answer in answers.values())
    return rows + [row("all", totals)], totals


def row(name: str, c: dict) -> str:
    text = f"{name:24s}"
    if "errors" in c:
        text += f" CER {c['errors'] / c['characters']:.3f} ({c['errors']}/{c['characters']})  lines {c['exact_lines']}/{c['lines']}  IoU {c['overlap']:.2f}"
    if "fields" in c:
        text += f"  fields {c['exact_fields']}/{c['fields']}"
    if "translation_errors" in c:
        text += f"  translation CER {c['translation_errors'] / c['translation_characters']:.3f}"
    return text


def main() -> None:
    truth, answers = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
    print("\n".join(table(truth, answers)[0]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
