"""Kernel tables from kernel_trace.cpp: kernel_table.py TRACE... prints one step of the decode graph that was measured, and what ran last between two pages
outside graphs: the vision pass and the prefill.

An engine warms the graph of every bucket up with few replays, and then decodes with the one that its sequences need; while all but one of them have ended
or not begun, with that of one. So the measured graph is the slowest of those replayed often."""

import re
import subprocess
import sys
from collections import defaultdict

# A graph replayed at least this often, of the replays of the one replayed most, has been decoded with and not only warmed up.
OFTEN = 0.25


def short(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\(anonymous namespace\)::|void ", "", name))[:110]


def table(title: str, rows, runs: int) -> None:
    total, calls = defaultdict(float), defaultdict(int)
    for start, end, _, _, _, name in rows:
        total[name] += (end - start) / 1e3
        calls[name] += 1
    print(f"\n{title}: {sum(total.values()) / runs / 1e3:.3f} ms of kernels, {len(rows) / runs:.0f} launches, mean of {runs}")
    print(f"{'us in all':>11} {'launches':>9} {'us each':>9}  kernel")
    for name, value in sorted(total.items(), key=lambda item: -item[1]):
        if value / sum(total.values()) > 0.001:
            print(f"{value / runs:11.1f} {calls[name] / runs:9.1f} {value / calls[name]:9.2f}  {short(name)}")


def measured(replays: dict) -> int:
    """The graph that was decoded with: of those replayed often the one whose steps take longest."""
    most = max(len(steps) for steps in replays.values())
    return max((graph for graph, steps in replays.items() if len(steps) >= OFTEN * most), key=lambda graph: wall(replays[graph]))


def wall(steps) -> float:
    """Nanoseconds from a replay's first kernel to its last, the median."""
    walls = sorted(own[-1][1] - own[0][0] for own in steps)
    return walls[len(walls) // 2]


def read(file: str):
    with open(file, errors="replace") as trace:
        lines = [line.rstrip("\n").split("\t", 5) for line in trace]
    rows = sorted((int(a), int(b), int(c), int(d), int(e), name) for a, b, c, d, e, name in (line for line in lines if len(line) == 6))
    names = sorted({row[5] for row in rows})
    try:
        plain = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True).stdout.split("\n")
        known = dict(zip(names, plain))
        return [(*row[:5], known[row[5]]) for row in rows]
    except (OSError, subprocess.CalledProcessError):
        return rows


def tables(file: str) -> None:
    rows = read(file)
    print(f"== {file}: {len(rows)} kernels")
    launches = defaultdict(list)
    for row in rows:
        if row[3]:
            launches[row[3], row[4]].append(row)
    replays = defaultdict(list)
    for (graph, _), own in launches.items():
        replays[graph].append(own)
    if replays:
        often = sorted(replays, key=lambda graph: -len(replays[graph]))[:4]
        print("Graphs replayed most: " + ", ".join(f"{graph} ({len(replays[graph])} times, {wall(replays[graph]) / 1e6:.3f} ms)" for graph in often))
        graph = measured(replays)
        steps = replays[graph]
        middle = steps[len(steps) // 4 : -len(steps) // 4] or steps
        table(f"Decode step, graph {graph} ({len(steps)} replays, first kernel to last {wall(middle) / 1e6:.3f} ms)", [row for own in middle for row in own], len(middle))
    outside, groups = [row for row in rows if not row[3]], [[]]
    replayed = sorted(own[0][0] for own in launches.values())
    place = 0
    for row in outside:
        if place < len(replayed) and replayed[place] < row[0]:
            while place < len(replayed) and replayed[place] < row[0]:
                place += 1
            groups.append([])
        groups[-1].append(row)
    whole = [group for group in groups if len(group) > 300]
    if whole:
        last = whole[-1]
        for stream in sorted({row[2] for row in last}):
            own = [row for row in last if row[2] == stream]
            if len(own) > 20:
                table(f"Last page outside graphs, stream {stream}, {(own[-1][1] - own[0][0]) / 1e6:.3f} ms from first to last", own, 1)


if __name__ == "__main__":
    for trace in sys.argv[1:]:
        tables(trace)
