"""Views packed into batches, and the wrong coordinates they are fed."""
import io
import random
import sys
import unittest
from unittest import mock

import numpy as np
import torch

import batches
import documents
import questions
import tokenizer
import views


class Packing(unittest.TestCase):
    def test_wrong_coordinates_are_fed_but_never_asked_for(self):
        page = documents.make(6, (256, 256), 4, 0, {"lines": 1})
        v = views.view(page, random.Random(1), dict(spot=1), 0)
        packed = batches.pack([v] * 6, (256, 256), 600, .6, random.Random(2))
        tokens, inputs = packed["tokens"], packed["inputs"]
        self.assertEqual(tokens[0, :len(v.prompt + v.answer)].tolist(), v.prompt + v.answer)
        differs = (tokens != inputs).any(1)
        self.assertTrue(differs.any() and not differs.all())
        self.assertTrue(set(tokens[tokens != inputs].tolist()) <= set(tokenizer.NUMBER))
        place = packed["at"][packed["place"].long()].long()
        self.assertEqual(tokens.flatten()[place].tolist(), [tokenizer.NUMBER[c] for c in packed["coordinate"].tolist()])
        self.assertEqual(packed["weight"][packed["place"].long()].unique().tolist(), [torch.tensor(.6).item()])

    def test_figures_in_the_text_weigh_more_than_words_and_than_coordinates(self):
        page = documents.make(6, (256, 256), 4, 0, {"lines": 1})
        page.lines[0].text = "ab 12345 c"
        v = views.view(page, random.Random(1), dict(spot=1), 0)
        packed = batches.pack([v], (256, 256), 600, .6)
        answer = packed["tokens"].flatten()[packed["at"].long()].tolist()
        self.assertEqual(answer[:6], tokenizer.encode("ab 12345 c")[:6])
        self.assertEqual([round(w, 3) for w in packed["weight"][:7].tolist()], [1, 1, 1, batches.FIGURE_WEIGHT, batches.FIGURE_WEIGHT, 1, 1])
        self.assertEqual(round(packed["weight"][packed["place"].long()].max().item(), 3), .6)

    def test_wrong_coordinates_creep_along_the_lines(self):
        ids, values = questions.spotting(["ab"] * 40, [(100, 20 * i + 100, 300, 20 * i + 112) for i in range(40)])
        ends, steps = [], []
        for seed in range(60):
            fed = batches.misplaced(ids, values, random.Random(seed))
            self.assertEqual([t for t, c in zip(fed, values) if c < 0], [t for t, c in zip(ids, values) if c < 0])
            off = [tokenizer.NUMBER.index(t) - c for t, c in zip(fed, values) if c >= 0][1::4]      # upper edges
            ends.append(abs(off[-1] - off[0]))
            steps.append(np.mean(np.abs(np.diff(off))))
        self.assertGreater(np.mean(ends), 12)
        self.assertLess(np.median(steps), 5)

    def test_a_page_that_cannot_be_drawn_costs_that_page_alone(self):
        data, stage, make, calls = batches.Batches(torch.tensor([.3]), 1, pages=12, times=1), batches.Stage(.3), documents.make, []

        def often(seed, *rest):
            calls.append(seed)
            if len(calls) % 4 == 2: raise ValueError("x1 must be greater than or equal to x0")
            return make(seed, *rest)
        stage.sizes = dict(small=1)
        with mock.patch.object(documents, "make", often), mock.patch("sys.stderr", new=io.StringIO()) as said:
            pictures = [pictures for pictures, _, _ in data.group(random.Random(3), stage)]
        self.assertEqual((sum(map(len, pictures)), data.skipped.item()), (9, 3))
        self.assertEqual((said.getvalue().count("Traceback"), said.getvalue().count(str(calls[1]))), (1, 1))
        with mock.patch.object(documents, "make", side_effect=ValueError), mock.patch("sys.stderr", new=io.StringIO()):
            with self.assertRaises(RuntimeError): next(data.group(random.Random(3), stage))

    def test_coordinates_that_are_not_astray_still_tell_the_line_and_are_wrong_to_both_sides(self):
        boxes = [(100, 20 * i + 100, 300, 20 * i + 114) for i in range(40)]
        ids, values = questions.spotting(["ab"] * 40, boxes)
        off = []
        for seed in range(60):
            fed = batches.misplaced(ids, values, random.Random(seed), astray=False)
            off.append([tokenizer.NUMBER.index(t) - c for t, c in zip(fed, values) if c >= 0])
        down = np.array(off)[:, 1::2]
        self.assertLessEqual(np.abs(down).max(), 7)
        self.assertTrue(2 < np.abs(down).mean() < 6 and abs(down.mean()) < 1.5)
        self.assertGreater(np.abs(down.mean(1)).mean(), 1)      # whole pages are shifted, too
        self.assertGreater(np.abs(np.array(off)[:, ::2]).max(), 12)

    def test_pages_are_cut_where_their_print_ends(self):
        pages = [documents.make(seed, (896, 640), 24, 0, dict(batches.ALL, blank=1)) for seed in range(24)]
        whole = {id(page): page.pixels().copy() for page in pages}
        parts = batches.cut_to_print(pages, random.Random(1), 12000)
        self.assertEqual(sorted(id(p) for part, _ in parts for p in part), sorted(whole))
        self.assertLess(sum(len(part) * foot for part, foot in parts), .9 * 24 * 896)
        for part, foot in parts:
            self.assertTrue(foot % 16 == 0 and 640 <= foot <= 896)
            for page in part:
                page.cut(foot)
                self.assertTrue((page.pixels() == whole[id(page)][:foot]).all())
                self.assertTrue(all(line.box[3] < foot for line in page.lines))
