"""Draws bench/results/*-cuda-sweep.json: chart.py SWEEP.json OUT.svg, and prints the table in Markdown."""

import json
import sys

COLOURS = ["#1b6ca8", "#2a9d5c", "#c98a00", "#c0392b", "#7d4fb3"]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 400, 60, 30, 150, 50


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        rows = json.load(file)["result"]["rows"]
    sizes, counts = list(dict.fromkeys(row["size"] for row in rows)), list(dict.fromkeys(row["in_flight"] for row in rows))
    most = max(row["pages_a_second"] for row in rows)
    top = next(n for n in (10, 20, 50, 100, 200, 500, 1000, 2000) if n >= most)
    x = lambda index: LEFT + index * (WIDTH - LEFT - RIGHT) / (len(counts) - 1)
    y = lambda value: HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', f'<text x="{LEFT}" y="18" font-weight="bold">Pages a second by requests in flight</text>']
    for step in range(6):
        value = top * step / 5
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    for index, count in enumerate(counts):
        out.append(f'<text x="{x(index):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{count}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">in flight</text>')
    for colour, size in zip(COLOURS, sizes):
        line = [row["pages_a_second"] for row in rows if row["size"] == size]
        points = " ".join(f"{x(i):.1f},{y(value):.1f}" for i, value in enumerate(line))
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        out += [f'<circle cx="{x(i):.1f}" cy="{y(value):.1f}" r="3.5" fill="{colour}"/>' for i, value in enumerate(line)]
        out.append(f'<text x="{WIDTH - RIGHT + 12}" y="{y(line[-1]) + 4:.1f}" fill="{colour}">{size} megapixels</text>')
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join([*out, "</svg>"]) + "\n")
    print("| megapixels (prompt tokens) | " + " | ".join(f"{count} in flight" for count in counts) + " |\n|---|" + "---|" * len(counts))
    for size in sizes:
        own = [row for row in rows if row["size"] == size]
        cells = [f"{row['pages_a_second']:g} pages/s, {1000 * row['first_token']['median']:.0f} ms" for row in own]
        print(f"| {size} ({own[0]['prompt_tokens']}) | " + " | ".join(cells) + " |")


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])
