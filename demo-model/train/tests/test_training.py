"""Tests of the training code on a CPU with Debian's python3-torch, python3-numpy, python3-pil and python3-fonttools.

    python3 -m unittest discover -s demo-model/train -t demo-model/train

The fonts of Debian's fonts-dejavu-core serve for both scripts; a pack of fonts.py is not needed.
"""
import glob
import io
import json
import os
import random
import sys
import tempfile
import types
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, HERE)


def _small_pack(folder):
    """A stand-in for a font pack: DejaVu for both scripts, a few words."""
    for kind in ("latin", "han"):
        os.makedirs(f"{folder}/{kind}")
        for path in glob.glob("/usr/share/fonts/truetype/dejavu/DejaVuSans*.ttf")[:3]:
            os.symlink(path, f"{folder}/{kind}/{os.path.basename(path)}")
    for name, words in (("words.txt", "river stone cloud lamp anchor"), ("words_zh.txt", "山水 天地 日月 风雨")):
        with open(f"{folder}/{name}", "w", encoding="utf8") as f: f.write(words)
    with open(f"{folder}/lookalikes.json", "w", encoding="utf8") as f: json.dump({"土": "士", "未": "末"}, f)


_folder = tempfile.TemporaryDirectory()
_small_pack(_folder.name)
os.environ["FONTS"] = _folder.name

import numpy as np
import torch

sys.path.append(os.path.join(HERE, "../evaluate"))
import batches
import damage
import documents
import export
import model
import optimiser
import prompts
import questions
import tokenizer
import views
import weights
from losses import Trainee

torch.set_num_threads(1)      # more threads wait for one another on a busy machine


class Tokenizer(unittest.TestCase):
    def test_ids_are_those_of_the_published_checkpoint(self):
        self.assertEqual((len(tokenizer.VOCABULARY), tokenizer.SIZE), (5456, 5504))
        self.assertEqual([tokenizer.one(c) for c in "A啊￥"], [tokenizer.VOCABULARY["A"], 1701, 1694])

    def test_text_comes_back_and_numbers_are_grouped_by_three_from_the_left(self):
        s = "价格 12,345.6 (1000,7)\n\"a\\b\""
        self.assertEqual(tokenizer.decode(tokenizer.encode(s)), s)
        self.assertEqual(tokenizer.encode("1000"), [tokenizer.one("100"), tokenizer.one("0")])

    def test_the_saved_tokenizer_is_the_checkpoints(self):
        path = os.path.join(HERE, "../checkpoint/tokenizer.json")
        if not os.path.exists(path): self.skipTest("no checkpoint here")
        with open(path, encoding="utf8") as f: self.assertEqual(json.load(f), tokenizer.tokenizer_json())


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


class Questions(unittest.TestCase):
    def test_spotting_marks_each_coordinate(self):
        ids, values = questions.spotting(["ab 12"], [(7, 30, 1000, 455)])
        self.assertEqual(tokenizer.decode(ids), "ab 12(7,30),(1000,455)")
        self.assertEqual([v for v in values if v >= 0], [7, 30, 455])
        self.assertEqual(len(ids), len(values))

    def test_fields_are_answered_as_json_and_missing_ones_are_empty(self):
        r = random.Random(2)
        missing, near = 0, 0
        for seed in range(30):
            page = documents.make(seed, (384, 384), 12, 0, {"form": 1})
            if not page.fields: continue
            prompt, values = questions.extract(page, r)
            missing += "" in values.values()
            printed = [set(label.lower().split()) for label in page.labels.values()]
            near += any(not v and any(words & set(k.lower().split()) for words in printed) for k, v in values.items())
            self.assertTrue(all(v == "" or v in page.fields.values() for v in values.values()))
            if not prompt.startswith("输出"): self.assertEqual(json.loads(questions.extract_answer(prompt, values)), values)
        self.assertGreater(missing, 4)
        self.assertGreater(near, 0)

    def test_a_task_in_other_words_can_be_written_and_is_never_one_of_the_evaluations(self):
        asked = {pattern.replace("[%s]", "").replace("%s", "").rstrip("。.") for patterns in prompts.OWN_WORDS.values() for pattern in patterns}
        r, said = random.Random(1), {text for text in questions.REFINEMENTS}
        for task in [*questions.OTHER_WORDS, "extract"]: said |= {questions.own_words(r, task).replace("%s", "") for _ in range(2000)}
        for text in said: tokenizer.encode(text)
        self.assertEqual({text.rstrip("。.") for text in said} & asked, set())
        self.assertGreater(len(said), 1000)

    def test_every_task_is_asked_and_its_answer_can_be_written(self):
        r, tasks = random.Random(4), set()
        for seed in range(120):
            page = documents.make(seed, (320, 320), 8, 0, batches.ALL)
            task, prompt, answer, coordinates = questions.ask(page, views.normalised_boxes(page, None), r, batches.Stage(.6).tasks)
            tasks.add(task)
            self.assertEqual((prompt[-1], answer[-1], len(answer)), (tokenizer.USER, tokenizer.EOS, len(coordinates)))
        self.assertEqual(tasks, {"spot", "text", "markdown", "extract", "translate"})


class Views(unittest.TestCase):
    def test_boxes_glyphs_and_pixels_move_together(self):
        r = random.Random(8)
        x = torch.zeros(1, 3, 256, 384)
        x[0, :, 100:110, 200:240] = 255
        h = views.homography(r, (256, 384), 1.)
        seen = damage.warp(x, torch.from_numpy(views.sampling_matrix(h, (256, 384)))[None])[0, 0]
        seen[(seen < 128) | (seen > 256)] = 0
        expected = views.project(h, np.array([[220., 105.]]))[0]
        window = seen[int(expected[1]) - 14:int(expected[1]) + 15, int(expected[0]) - 30:int(expected[0]) + 31].numpy()
        self.assertGreater(window[14, 30], 128)

    def test_boxes_and_slots_of_a_view_lie_on_the_print_as_the_model_sees_it(self):
        tilted = 0
        for seed in range(16):
            page = documents.make(seed, (256, 288), 1, 0, {"lines": 1})
            page.picture.paste((0, 0, 0), (0, 0, *page.picture.size))
            left, top, right, bottom = page.lines[0].box
            page.rectangle((left, top, right - 1, bottom - 1), fill=(255, 255, 255))
            v = views.view(page, random.Random(seed), dict(spot=1), 1.)
            tilted += abs(v.matrix - np.eye(3)).max() > .01
            seen = torch.from_numpy(page.pixels().copy()).permute(2, 0, 1)[None].float()
            seen = damage.warp(seen.expand(6, -1, -1, -1), torch.from_numpy(v.matrix).expand(6, -1, -1))
            seen = damage.resize(seen, model.scaled_size(256, 288))
            white = (seen.amin((0, 1)) > 128).numpy()  # six desks of other colours about one page
            ys, xs = np.nonzero(white)
            height, width = white.shape
            said = [c for c in v.coordinates if c >= 0]
            if len(said) != 4: continue                # 1000 is two tokens
            found = [xs.min() * 1000 / width, ys.min() * 1000 / height, (xs.max() + 1) * 1000 / width, (ys.max() + 1) * 1000 / height]
            np.testing.assert_allclose(said, found, atol=12, err_msg=f"page {seed}")
            for i in (0, -1):                          # the first and the last glyph stand in the white bar
                down, across = divmod(v.cells.used[v.cells.at[i] // views.CELL_SLOTS], width // 32)
                x, y = across * 32 + 16 + v.where[i][0] * 16, down * 32 + 16 + v.where[i][1:].mean() * 16
                self.assertTrue(white[int(y), max(0, int(x) - 12):int(x) + 13].any(), (seed, x, y))
        self.assertGreater(tilted, 5)

    def test_slots_name_glyphs_in_order_of_their_cells(self):
        s = views.slots(np.array([11, 12, 13, 14], np.int16), np.array([[40., 5], [3, 3], [9, 3], [50, 40]]), (64, 64), 32, 2)
        self.assertEqual(s.used.tolist(), [0, 1, 3])
        self.assertEqual(s.at.tolist(), [0, 1, 2, 4])
        self.assertEqual(s.token.tolist(), [12, 13, 11, 14])
        self.assertEqual(s.count.tolist(), [2, 1, 0, 1])

    def test_edges_tell_where_the_print_begins_and_ends(self):
        page = documents.make(6, (256, 256), 4, 0, {"lines": 1})
        v = views.view(page, random.Random(1), dict(spot=1), 0)
        token, x, top, bottom = page.glyphs[v.patches.first[0]]
        row = v.patches.used[0] // 40 * 16 + 8         # the model sees 640x640 pixels
        np.testing.assert_allclose(v.edges[0] * 16 + row, (top * 2.5, bottom * 2.5), atol=1e-3)

    def test_every_slot_of_a_cell_tells_where_its_glyph_stands(self):
        page = documents.make(6, (256, 352), 9, 0, {"lines": 1})
        v = views.view(page, random.Random(1), dict(spot=1), 0)
        height, width = model.scaled_size(256, 352)
        self.assertEqual(len(v.where), len(v.cells.token))
        for i in (0, len(v.where) // 2, -1):
            cell, glyph = v.cells.used[v.cells.at[i] // views.CELL_SLOTS], page.glyphs[v.cells.glyph[i]]
            down, across = np.array(divmod(cell, width // 32)) * 32 + 16
            self.assertEqual(v.cells.token[i], glyph[0])
            np.testing.assert_allclose(v.where[i] * 16 + (across, down, down), np.array(glyph[1:]) * (width / 352, height / 256, height / 256), atol=1e-3)

    def test_every_cell_tells_where_on_the_picture_its_first_and_last_glyph_stand(self):
        page = documents.make(6, (256, 352), 9, 0, {"lines": 1})
        v = views.view(page, random.Random(1), dict(spot=1), 0)
        self.assertEqual(v.places.shape, (len(v.cells.used), 5))
        for i in range(len(v.cells.used)):
            glyphs = [page.glyphs[g] for g in v.cells.glyph[v.cells.at // views.CELL_SLOTS == i]]
            (_, x, top, bottom), (_, _, last_top, last_bottom) = glyphs[0], glyphs[-1]
            np.testing.assert_allclose(v.places[i], (x * 1000 / 352, *np.array((top, bottom, last_top, last_bottom)) * 1000 / 256), atol=.51)
        lines = {tuple(box[1::2]) for box in views.normalised_boxes(page, None)}
        self.assertTrue({tuple(p[1:3]) for p in v.places.tolist()} <= lines)      # as the answer says it


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


class Damage(unittest.TestCase):
    def test_jpeg_keeps_flat_grey(self):
        self.assertLess((damage.jpeg(torch.full((2, 3, 64, 64), 137.), torch.tensor([30., 80.])) - 137).abs().max().item(), 8)

    def test_the_result_stays_in_range(self):
        torch.manual_seed(1)
        y = damage.damage(torch.randint(0, 256, (12, 3, 64, 96), dtype=torch.uint8), torch.eye(3).expand(12, 3, 3))
        self.assertTrue(y.shape == (12, 3, 64, 96) and y.min() >= 0 and y.max() <= 255 and torch.isfinite(y).all())


class Weights(unittest.TestCase):
    def test_a_file_comes_back(self):
        with tempfile.TemporaryDirectory() as folder:
            weights.save(folder + "/a.safetensors", {"b": torch.arange(6.).view(2, 3), "a": torch.tensor([.5])})
            back = weights.load(folder + "/a.safetensors")
        self.assertEqual(list(back), ["a", "b"])
        self.assertEqual(back["b"].tolist(), [[0, 1, 2], [3, 4, 5]])

    def test_the_exported_files_say_what_the_published_checkpoint_says(self):
        folder = os.path.join(HERE, "../checkpoint")
        if not os.path.isdir(folder): self.skipTest("no checkpoint here")
        for name, content in export.files().items():
            with open(os.path.join(folder, name), encoding="utf8") as f: self.assertEqual(json.load(f), content, name)

    def test_names_and_shapes_are_the_checkpoints(self):
        path = os.path.join(HERE, "../checkpoint/model.safetensors")
        if not os.path.exists(path): self.skipTest("no checkpoint here")
        model.DemoModel().load_state_dict(weights.load(path), strict=True)


class Optimiser(unittest.TestCase):
    def test_flat_parameters_are_views_and_a_bad_gradient_becomes_zero(self):
        net = torch.nn.Linear(3, 2)
        flat = optimiser.Flat(net.parameters())
        net(torch.ones(1, 3)).sum().backward()
        self.assertAlmostEqual(flat.clip(1.).item(), (2 * 3 + 2) ** .5, places=5)
        self.assertAlmostEqual(flat.grad.norm().item(), 1., places=4)
        net.weight.grad[0, 0] = float("nan")
        flat.clip(1.)
        self.assertEqual(flat.grad.abs().sum().item(), 0)

    def test_orthogonal_makes_singular_values_near_one(self):
        torch.manual_seed(0)
        s = torch.linalg.svdvals(optimiser.orthogonal(torch.randn(2, 24, 40)))
        self.assertTrue(((s > .6) & (s < 1.3)).all())


class Learning(unittest.TestCase):
    @mock.patch.object(model, "LEAST_PIXELS", 224 * 224)       # a ninth of the work
    def test_a_few_steps_on_one_batch_lower_the_loss(self):
        torch.manual_seed(0)
        data = batches.Batches(torch.tensor([.3]), 1, pages=2, times=1)
        stage = batches.Stage(.3)
        stage.sizes, stage.tasks, stage.kinds = dict(small=1), dict(spot=1), dict(lines=1)
        pictures, packed, level = next(iter(data.group(random.Random(3), stage)))
        b = {k: v if v.is_floating_point() else v.long() for k, v in packed[0].items()}
        pixels = pictures.permute(0, 3, 1, 2)
        x = damage.normalise(damage.resize(damage.damage(pixels, b["matrix"], .3), model.scaled_size(*pixels.shape[2:])))
        net = Trainee()
        flat = optimiser.Flat(net.parameters())
        adam, losses = torch.optim.AdamW(net.parameters(), lr=2e-3), []
        for _ in range(10):
            answer, cells, patches, edges, places, right, truth = net(x, b)
            (answer + cells + patches + edges + places).backward()
            flat.clip(1.)
            adam.step()
            flat.grad.zero_()
            losses.append((answer.item() + cells.item() + edges.item(), places.item()))
        for before, after in zip(losses[0], losses[-1]): self.assertLess(after, before * .9)

    def test_generate_gives_each_page_of_a_mixed_batch_its_answer_alone(self):
        torch.manual_seed(0)
        net = model.DemoModel().eval()
        with torch.no_grad(): net.model.language_model.embed_tokens.weight.mul_(8)
        pages, prompts = [torch.randn(3, 64, 96), torch.randn(3, 96, 64), torch.randn(3, 64, 96)], [[40, 41, 3], [50, 3], [60, 61, 62, 63, 3]]
        together = model.generate(net, pages, prompts, 6)
        self.assertEqual(together, [model.generate(net, [p], [q], 6)[0] for p, q in zip(pages, prompts)])


if __name__ == "__main__":
    unittest.main()
