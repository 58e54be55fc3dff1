"""What the document generator prints and what it says it printed."""
import random
import types
import unittest

import numpy as np

import batches
import documents


class Pages(unittest.TestCase):
    def test_every_layout_prints_lines_whose_boxes_hold_their_ink(self):
        for kind in documents.LAYOUTS:
            for seed in range(3):
                page = documents.make(seed, (320, 384), 10, 0, {kind: 1})
                self.assertEqual(page.pixels().shape, (320, 384, 3))
                self.assertEqual(bool(page.lines), kind not in documents.WITHOUT_TEXT)
                for line in page.lines:
                    left, top, right, bottom = line.box
                    self.assertTrue(0 <= left < right <= 384 and 0 <= top < bottom <= 320, (kind, line))

    def test_boxes_are_tight(self):
        page = documents.make(5, (256, 384), 1, 0, {"sign": 1})
        page.rectangle((0, 0, 384, 256), fill=(255, 255, 255))
        page.lines.clear()
        box = page.put(20, 100, "Hamburg", documents.layouts.face(random.Random(1), False), 30, (0, 0, 0))
        ink = np.argwhere(page.pixels().min(2) < 200)
        (top, left), (bottom, right) = ink.min(0), ink.max(0) + 1
        np.testing.assert_allclose(box, (left, top, right, bottom), atol=1.01)

    def test_the_same_seed_draws_the_same_page(self):
        a, b = (documents.make(77, (256, 256), 6, 0, batches.ALL) for _ in range(2))
        self.assertTrue((a.pixels() == b.pixels()).all() and [l.text for l in a.lines] == [l.text for l in b.lines])

    def test_lists_stand_close_recur_in_their_names_and_fill_a_narrow_page(self):
        pages = [documents.make(seed, (896, 320), 58, 0, {"listing": 1}, room=2300) for seed in range(24)]
        self.assertGreater(max(len(page.lines) for page in pages), 45)
        first = [[line.text.split()[0] for line in page.lines if " " in line.text] for page in pages]
        self.assertGreater(sum(len(words) > 1.5 * len(set(words)) for words in first), 6)
        kinds = {mark for page in pages for line in page.lines for mark in (":", "(", "=", "/") if mark in line.text}
        self.assertEqual(len(kinds), 4)

    def test_registers_are_close_lines_of_figures_that_hardly_recur(self):
        figures = []
        for seed in range(12):
            page = documents.Page(random.Random(seed), 896, 320, zh=False, room=2300)
            documents.listings.register(page, page.r, 58)
            tops = [line.box[1] for line in page.lines]
            self.assertGreater(len(tops), 20)
            self.assertLess(np.median(np.diff(tops)), 30)
            figures += [word for line in page.lines for word in line.text.split() if any(c.isdigit() for c in word)]
        self.assertGreater(len(set(figures)), .9 * len(figures))

    def test_no_text_has_two_spaces_in_a_row(self):
        for seed in range(60):
            page = documents.make(seed, (480, 480), 20, 0, batches.ALL)
            for line in page.lines: self.assertNotIn("  ", line.text)
        self.assertEqual(page.clean(" a \u2603  b ", documents.layouts.face(random.Random(1), False)), "a b")

    def test_dots_between_a_name_and_its_figure_are_drawn_and_not_text(self):
        page = documents.make(5, (256, 384), 1, 0, {"sign": 1})
        page.rectangle((0, 0, 384, 256), fill=(255, 255, 255))
        page.lines.clear()
        page.ink = (0, 0, 0)
        page.dots(20, 200, 100, 5)
        ink = np.argwhere(page.pixels().min(2) < 200)
        self.assertTrue(30 <= len(ink) <= 200 and set(ink[:, 0]) <= {99, 100, 101} and not page.lines)

    def test_no_dot_of_a_rule_ends_before_it_begins(self):
        # Pillow 12 refuses such a rectangle; x + 1 - 1 is less than x for one x in a few thousand.
        page, drawn = documents.make(5, (256, 384), 1, 0, {"sign": 1}), []
        page.draw = types.SimpleNamespace(rectangle=lambda box, fill: drawn.append(box))
        for i in range(300): page.dots(20 + i / 7, 260, i * .613, 1.6 + i / 90)
        self.assertGreater(len(drawn), 9000)
        self.assertEqual([box for box in drawn if box[2] < box[0] or box[3] < box[1]], [])

    def test_rules_of_every_kind_stand_between_lines_and_are_not_text(self):
        for style in ("rule", "dash", "dot", "double", "none"):
            page = documents.make(3, (256, 256), 4, 0, {"blank": 1})
            before = page.pixels().copy()
            page.separator(20, 230, 100, style)
            touched = np.argwhere((page.pixels() != before).any(2))
            self.assertEqual((bool(len(touched)), page.lines), (style != "none", []), style)
            if len(touched): self.assertTrue(96 <= touched[:, 0].min() and touched[:, 0].max() <= 104 and np.ptp(touched[:, 1]) > 180, style)
        page = documents.make(12, (480, 384), 12, 0, {"lines": 1})
        boxes, texts, before = [line.box for line in page.lines], [line.text for line in page.lines], page.pixels().copy()
        documents.separate(page, random.Random(1))
        rows = np.flatnonzero((page.pixels() != before).any((1, 2)))
        self.assertTrue(len(rows) and texts == [line.text for line in page.lines])
        for left, top, right, bottom in boxes: self.assertFalse(any(top <= y < bottom - 1 for y in rows))

    def test_a_label_that_stands_on_a_page_twice_is_not_asked_for(self):
        page = documents.make(3, (256, 256), 4, 0, {"lines": 1})
        for name, label in (("a", "Ink"), ("b", "Paper"), ("c", "INK"), ("d", "ink")): page.label_value(name, label, "7")
        self.assertEqual(list(page.fields), ["b"])
        self.assertEqual(page.labels, {"b": "Paper"})

    def test_some_labels_of_forms_have_nothing_behind_them_and_are_asked_for(self):
        pages = [documents.make(seed, (480, 480), 16, 0, {"form": 1}) for seed in range(60)]
        empty = [(page, page.labels[name]) for page in pages for name, value in page.fields.items() if not value]
        self.assertTrue(2 < len(empty) < sum(len(page.fields) for page in pages) / 8)
        for page, label in empty: self.assertTrue(any(line.text.startswith(label) for line in page.lines))

    def test_strips_lie_and_stand(self):
        r, aspects = random.Random(1), []
        for _ in range(600):
            height, width = batches.page_size(r, "large")
            aspects.append(width / height)
        self.assertTrue(min(aspects) < .35 and max(aspects) > 3)
        self.assertTrue(.04 < np.mean(np.array(aspects) < .5) < .2 and .12 < np.mean(np.array(aspects) > 1.5) < .4)

    def test_a_page_keeps_to_its_room(self):
        page = documents.make(3, (768, 768), 60, 0, {"paragraphs": 1}, room=300)
        self.assertLessEqual(sum(len(line.text) + 13 for line in page.lines), 300)
