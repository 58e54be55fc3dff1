import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import kernel_table


def lines(graph: int, replays: int, microseconds: int, begin: int, launch: int):
    """Replays of a graph of two kernels, one after another."""
    for number in range(replays):
        at = begin + number * 10_000_000
        half = microseconds * 500
        for place, name in ((at, f"first_of_{graph}"), (at + half, f"second_of_{graph}")):
            yield f"{place}\t{place + half}\t7\t{graph}\t{launch + number}\t{name}"


class KernelTable(unittest.TestCase):
    def printed(self, *graphs) -> str:
        trace, launch, begin = [], 1, 0
        for graph, replays, microseconds in graphs:
            trace += lines(graph, replays, microseconds, begin, launch)
            launch += replays
            begin += replays * 10_000_000
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as out:
            file = Path(folder) / "32.trace"
            file.write_text("\n".join(trace) + "\n")
            kernel_table.tables(str(file))
        return out.getvalue()

    def test_a_batch_that_was_replayed_less_often_than_one_sequence_is_still_the_one_shown(self):
        table = self.printed((5, 129, 784), (9, 2, 9000), (12, 120, 2300))
        self.assertIn("Decode step, graph 12 (120 replays, first kernel to last 2.300 ms)", table)
        self.assertIn("second_of_12", table)
        self.assertNotIn("first_of_5", table)

    def test_a_graph_that_was_only_warmed_up_is_not_shown_though_it_is_the_slowest(self):
        self.assertIn("Decode step, graph 5 (129 replays", self.printed((5, 129, 784), (9, 3, 9000)))

    def test_how_often_each_graph_was_replayed_is_said(self):
        self.assertIn("5 (129 times, 0.784 ms), 12 (120 times, 2.300 ms)", self.printed((5, 129, 784), (12, 120, 2300)))


if __name__ == "__main__":
    unittest.main()
