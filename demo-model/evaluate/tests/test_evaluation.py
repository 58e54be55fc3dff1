"""Tests of the scorer and the documents, without chromium.

    python3 -m unittest discover -s demo-model/evaluate -t demo-model/evaluate
"""
import ast
import glob
import http.server
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, HERE)

import numpy as np
from PIL import Image

import answers
import evaluate
import fonts
import pages
import prompts
import read_api
import render
import score
import texts
from translations import PAIRS

PAGE = dict(kind="form", language="en", trained=True, size=16, width=400, height=300, fields={"Owner": "Ada", "Serial": "K1"}, missing=["Refund"],
            table=[["a", "b"], ["c", "d"]], translation=dict(to="zh", text="甲乙\n丙丁"), lines=[dict(text="Owner: Ada", box=[100, 100, 500, 150]), dict(text="Serial: K1", box=[100, 200, 500, 250])])
RIGHT = dict(spot="Owner: Ada(100,100),(500,150)Serial: K1(100,200),(500,250)", extract='{"Owner": "Ada", "Serial": "K1", "Refund": ""}',
             text="Owner: Ada\nSerial: K1", translate="甲乙\n丙丁", markdown="# x\n\n<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>")


def figures(answers, entry=PAGE):
    return {k: v for k, (v, _) in score.score({"000.png": entry}, {"000.png": answers}).items()}


class Scores(unittest.TestCase):
    def test_a_perfect_reading_is_perfect(self):
        f = figures(RIGHT)
        self.assertEqual((f["Latin, trained fonts: character error"], f["Latin, trained fonts: lines exactly right"], f["box IoU, trained fonts"]), (0, 1, 1))
        self.assertEqual((f["EXTRACT, Latin: fields right"], f["EXTRACT: missing fields left empty"], f["Markdown: table shape right"], f["Markdown: table cells right"]), (1, 1, 1, 1))
        self.assertEqual((f["TRANSLATE, English to Chinese: character error"], f["TRANSLATE, English to Chinese: lines exactly right"]), (0, 1))

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

    def test_words_of_ones_own_are_judged_by_the_task_that_was_meant(self):
        asked = {f"{task}, own words": answer for task, answer in RIGHT.items()}
        self.assertEqual(figures(asked)["prompt in own words: the task that was meant"], 1)
        swapped = {f"{task}, own words": RIGHT["text" if task != "text" else "spot"] for task in RIGHT}
        self.assertEqual(figures(swapped)["prompt in own words: the task that was meant"], 0)

    def test_an_answer_that_was_stopped_has_no_end(self):
        self.assertEqual(score.score({"000.png": PAGE}, {"000.png": RIGHT}, {"000.png": {"spot": "length"}})["answers without end"], (1 / len(RIGHT), len(RIGHT)))

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

    def test_no_phrase_of_the_set_is_in_the_code_that_draws_training_pages(self):
        written = set()
        for path in glob.glob(os.path.join(HERE, "../train/*.py")):
            with open(path, encoding="utf8") as f: tree = ast.parse(f.read())
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str): written |= {part.strip().lower() for part in re.split(r"[|\n]", node.value)}
        everything = "\n".join(written)
        for lang in ("en", "zh"):
            for phrase in texts.SENTENCES[lang] + texts.SIGNS[lang] + texts.GOODS[lang] + texts.NAMES[lang] + texts.FIRMS[lang] + texts.STREETS[lang]:
                self.assertNotIn(phrase.lower(), everything)
            for label in texts.HEADS[lang] + [label for labels in texts.FIELDS[lang].values() for label in labels.split("|")]: self.assertNotIn(label.lower(), written)

    def test_training_never_prints_a_sentence_whose_translation_is_asked_for(self):
        listing = ("import json, random, sys, phrases; r = random.Random(1); json.dump([[phrases.held_out(z) for z in json.load(sys.stdin)], "
                   "sum(phrases.held_out(phrases.fill(r.choice([p for p in phrases.SENT if '{' in p[0]]), r)[0]) for _ in range(3000))], sys.stdout)")
        asked = json.dumps([zh for zh, _ in PAIRS])
        held, printed = json.loads(subprocess.run([sys.executable, "-c", listing], cwd=os.path.join(HERE, "../train"), input=asked.encode(), capture_output=True, check=True).stdout)
        self.assertTrue(all(held))
        self.assertEqual(printed, 0)

    def test_generators_of_layout_and_damage_share_no_code(self):
        ours, theirs = ({os.path.splitext(os.path.basename(p))[0] for p in glob.glob(os.path.join(HERE, folder, "*.py"))} for folder in ("", "../train"))
        for folder, foreign in (("", theirs - ours), ("../train", ours - theirs - {"score", "prompts", "answers"})):
            for path in glob.glob(os.path.join(HERE, folder, "*.py")):
                with open(path, encoding="utf8") as f: tree = ast.parse(f.read())
                for node in ast.walk(tree):
                    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
                    self.assertEqual(set(names) & foreign, set(), path)

    def test_every_task_is_asked_officially_and_in_words_that_training_lacks(self):
        seen = set()
        for i, kind, lang, _, r in pages.plan(456, 5):
            *_, facts = pages.document(r, kind, lang)
            entry = dict(facts, lines=[] if kind == "empty" else [dict(text="x", box=[0, 0, 1, 1])])
            seen |= set(prompts.questions(f"{i:03d}.png", entry))
        tasks = {"spot", "text", "extract", "markdown", "translate"}
        self.assertEqual(seen, tasks | {task + ", own words" for task in tasks})
        with open(os.path.join(HERE, "../train/questions.py"), encoding="utf8") as f: trained = f.read()
        for words in prompts.OWN_WORDS.values():
            for pattern in words: self.assertNotIn(pattern.replace("%s", ""), trained)

    def test_a_listing_has_up_to_60_lines(self):
        counts = [pages.listing(random.Random(i), "en", 12)[0].count("<div") for i in range(60)]
        self.assertTrue(50 < max(counts) <= 60 and min(counts) >= 27)

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

    def test_ink_of_the_lines_above_and_below_is_not_this_lines(self):
        x = np.full((50, 80, 3), 240, np.uint8)
        x[20:31, 10:40] = x[8:14, 5:70] = x[37:42, 5:70] = 30
        self.assertEqual(render.ink_box(x, (8, 12, 60, 38)), (7, 12, 61, 38))
        self.assertEqual(render.ink_box(x, (8, 12, 60, 38), 18.6, 32.2), (10, 20, 40, 31))


class _Chat(http.server.BaseHTTPRequestHandler):
    """A server that answers every chat with its prompt, and is busy the first time."""
    busy = True

    def answer(self, status, body, headers=()):
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Length", str(len(raw))), *headers): self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self): self.answer(200, dict(data=[dict(id="m", precision="fp32", source_sha256="ab", exporter_version="1")]))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if _Chat.busy:
            _Chat.busy = False
            return self.answer(429, {}, [("Retry-After", "0")])
        picture, prompt = body["messages"][0]["content"]
        loops = prompt["text"] == prompts.TEXT
        self.answer(200, dict(choices=[dict(message=dict(content=prompt["text"]), finish_reason="length" if loops else "stop", **({"stop_reason": "repetition"} if loops else {}))]))

    def log_message(self, *_): pass


class Reading(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for name in ("000.png", "001.png"):
            with open(os.path.join(self.folder.name, name), "wb") as f: f.write(b"picture")
        with open(os.path.join(self.folder.name, "truth.json"), "w", encoding="utf8") as f: json.dump({"000.png": dict(PAGE, table=None, translation=None), "001.png": dict(PAGE, fields={}, table=None, translation=None)}, f)

    def serve(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Chat)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def test_every_question_is_put_to_the_server_and_loops_are_told(self):
        out, stopped = read_api.read(read_api.Api(self.serve()), self.folder.name, 3)
        self.assertEqual({name: set(tasks) for name, tasks in out.items()}, {"000.png": {"spot", "extract", "spot, own words"}, "001.png": {"spot", "text"}})
        self.assertEqual(out["000.png"]["spot"], prompts.SPOT)
        self.assertEqual(stopped, {"001.png": {"text": "repetition"}})

    def test_a_server_of_other_weights_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "other weights"):
            evaluate.through(self.serve(), self.folder.name, "cd", os.path.join(self.folder.name, "a.json"), 1)

    def test_without_a_reference_a_server_in_fp32_takes_its_place(self):
        with tempfile.TemporaryDirectory() as work:
            shutil.copytree(self.folder.name, os.path.join(work, "documents"))
            checkpoint, weights = os.path.join(work, "checkpoint"), answers.checksum
            servers = [a for name in ("other", "fp32") for a in ("--server", f"{name}={self.serve()}")]
            with mock.patch.object(evaluate, "make"), mock.patch.object(answers, "checksum", lambda path: "ab" if path.startswith(checkpoint) else weights(path)), \
                    mock.patch.object(sys, "argv", ["evaluate.py", work, "--reference", "none", "--checkpoint", checkpoint, *servers]), mock.patch("builtins.print"):
                self.assertEqual(evaluate.main(), 0)
            with open(os.path.join(work, "tables.md"), encoding="utf8") as f: said = f.read()
            self.assertIn("other: m, fp32\n- 0 of 5 answers differ from those of fp32; the table is equal; worst loss", said)
            self.assertTrue(said.endswith("fp32: m, fp32\n"))

    def test_kept_answers_count_for_the_same_weights_and_documents_only(self):
        path = os.path.join(self.folder.name, "kept.json")
        answers.save(path, dict(reader="r", weights_sha256="ab"), self.folder.name, {"000.png": {"spot": "x"}})
        self.assertTrue(answers.kept(path, self.folder.name, "ab"))
        self.assertFalse(answers.kept(path, self.folder.name, "cd"))
        with open(os.path.join(self.folder.name, "truth.json"), "a", encoding="utf8") as f: f.write(" ")
        self.assertFalse(answers.kept(path, self.folder.name, "ab"))

    def test_a_loss_is_positive_where_the_server_reads_worse(self):
        worse = {m: (.3, 1) if m.endswith("error") else (.6, 1) for m in evaluate.HELD_TO}
        better = {m: (.2, 1) if m.endswith("error") else (.7, 1) for m in evaluate.HELD_TO}
        self.assertTrue(all(abs(v - .1) < 1e-9 for v in evaluate.losses(worse, better).values()))
        self.assertEqual(evaluate.differing({"a": {"spot": "x"}}, {"a": {"spot": "x", "text": "y"}}), 1)

    def test_endless_answers_and_talkative_blank_pages_are_named(self):
        truth = {"0": dict(PAGE), "1": dict(PAGE, lines=[]), "2": dict(PAGE, lines=[])}
        said = evaluate.endless(truth, dict(answers={"0": dict(spot="ab" * 40), "1": dict(spot=""), "2": dict(spot="x")}, stopped={}))
        self.assertEqual((said["endless"], said["of them not answered with nothing"]), (["0"], ["2"]))


if __name__ == "__main__":
    unittest.main()
