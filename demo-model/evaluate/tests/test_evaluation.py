"""Tests of the scorer and the documents, without chromium.

    python3 -m unittest discover -s demo-model/evaluate -t demo-model/evaluate
"""
import json
import os
import random
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, HERE)

import numpy as np
from PIL import Image

import fonts
import pages
import render
import score
import texts

PAGE = dict(kind="form", language="en", trained=True, size=16, width=400, height=300, fields={"Owner": "Ada", "Serial": "K1"}, missing=["Refund"],
            table=[["a", "b"], ["c", "d"]], lines=[dict(text="Owner: Ada", box=[100, 100, 500, 150]), dict(text="Serial: K1", box=[100, 200, 500, 250])])
RIGHT = dict(spot="Owner: Ada(100,100),(500,150)Serial: K1(100,200),(500,250)", extract='{"Owner": "Ada", "Serial": "K1", "Refund": ""}',
             markdown="# x\n\n<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>")


def figures(answers, entry=PAGE):
    return {k: v for k, (v, _) in score.score({"000.png": entry}, {"000.png": answers}).items()}


class Scores(unittest.TestCase):
    def test_a_perfect_reading_is_perfect(self):
        f = figures(RIGHT)
        self.assertEqual((f["Latin, trained fonts: character error"], f["Latin, trained fonts: lines exactly right"], f["box IoU, trained fonts"]), (0, 1, 1))
        self.assertEqual((f["EXTRACT, Latin: fields right"], f["EXTRACT: missing fields left empty"], f["Markdown: table shape right"], f["Markdown: table cells right"]), (1, 1, 1, 1))

    def test_one_wrong_letter_costs_its_share_and_its_line(self):
        f = figures(dict(RIGHT, spot=RIGHT["spot"].replace("Ada", "Ida")))
        self.assertAlmostEqual(f["Latin, trained fonts: character error"], 1 / 21)
        self.assertEqual((f["Latin, trained fonts: lines exactly right"], f["box IoU of lines read right"]), (.5, 1))

    def test_a_box_of_half_the_height_has_half_the_iou(self):
        self.assertEqual(score.iou((0, 0, 100, 50), (0, 0, 100, 100)), .5)

    def test_invalid_json_and_a_missing_field_that_was_invented_are_wrong(self):
        self.assertEqual(figures(dict(extract='{"Owner": "Ada"'))["EXTRACT, Latin: fields right"], 0)
        self.assertEqual(figures(dict(extract='{"Owner": "Ada", "Serial": "K1", "Refund": "9"}'))["EXTRACT: missing fields left empty"], 0)

    def test_text_with_brackets_and_commas_is_told_from_its_box(self):
        self.assertEqual(score.spotted("f(x, y)(1,2),(3,4)(555) 12(5,6),(7,1000)"), [("f(x, y)", (1, 2, 3, 4)), ("(555) 12", (5, 6, 7, 1000))])

    def test_a_page_without_text_must_be_answered_with_nothing(self):
        empty = dict(PAGE, lines=[], fields={}, table=None)
        self.assertEqual(figures(dict(spot="", text="x"), empty)["page without text: empty answer"], .5)

    def test_repetition_is_seen_at_the_end_only(self):
        self.assertTrue(score.repeats("start " + "ab1" * 8))
        self.assertFalse(score.repeats("ab1" * 7))
        self.assertFalse(score.repeats("ab1" * 8 + "z"))

    def test_a_torn_table_still_gives_its_cells(self):
        self.assertEqual(score.table_of("<table><tr><td>a</td><td>b"), [["a", "b"]])


class Documents(unittest.TestCase):
    def test_every_kind_is_drawn_in_both_languages_and_both_font_sets(self):
        plan = pages.plan(220, 11)
        self.assertEqual({(k, l, t) for _, k, l, t, _ in plan}, {(k, l, t) for k in pages.KINDS for l in ("zh", "en") for t in (True, False)})

    def test_facts_of_a_form_stand_in_its_html(self):
        for i, kind, lang, _, r in pages.plan(60, 3):
            inner, _, width, height, facts = pages.document(r, kind, lang)
            for label, value in facts.get("fields", {}).items():
                self.assertIn(pages.esc(label), inner)
                self.assertIn(pages.esc(value), inner)
            for label in facts.get("missing", []): self.assertNotIn(label, facts["fields"])

    def test_no_font_of_the_unseen_set_is_packed_for_training(self):
        listing = "import fonts, json; print(json.dumps([name for name, _ in fonts.HAN + fonts.LATIN]))"
        packed = json.loads(subprocess.run([sys.executable, "-c", listing], cwd=os.path.join(HERE, "../train"), capture_output=True, check=True).stdout)
        family = lambda name: re.split(r"[-_.#]", name.split("/")[-1].replace("wqy-", "wqy"))[0]
        self.assertEqual({family(n) for n in packed} & {family(n) for n in fonts.UNSEEN["en"] + fonts.UNSEEN["zh"]}, set())
        self.assertLessEqual({n.split("#")[0] for n in fonts.TRAINED["en"] + fonts.TRAINED["zh"]}, set(packed))

    def test_no_phrase_of_the_set_is_in_the_training_phrase_book(self):
        with open(os.path.join(HERE, "../train/phrases.py"), encoding="utf8") as f: book = f.read()
        for lang in ("en", "zh"):
            for phrase in texts.SENTENCES[lang] + texts.SIGNS[lang] + texts.GOODS[lang]: self.assertNotIn(phrase, book)

    def test_boxes_follow_a_tilted_page(self):
        x = np.full((300, 400, 3), 255, np.uint8)
        x[100:120, 150:260] = 0
        for seed in range(12):
            picture, boxes = render.damage(Image.fromarray(x), [(150, 100, 260, 120)], random.Random(seed))
            dark = np.argwhere(np.asarray(picture)[12:-12, 12:-12].max(2) < 90) + 12
            if not len(dark) or len(dark) > 4000: continue      # a dark ground beside the page
            left, top, right, bottom = boxes[0]
            np.testing.assert_allclose((left, top, right, bottom), (dark[:, 1].min(), dark[:, 0].min(), dark[:, 1].max() + 1, dark[:, 0].max() + 1), atol=2.5)

    def test_ink_boxes_are_tight(self):
        x = np.full((50, 80, 3), 240, np.uint8)
        x[20:31, 10:40] = 30
        self.assertEqual(render.ink_box(x, (8, 14, 60, 40)), (10, 20, 40, 31))


if __name__ == "__main__":
    unittest.main()
