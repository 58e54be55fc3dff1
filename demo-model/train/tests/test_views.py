"""A page as the model sees it: boxes, cells and places move with the picture."""
import random
import unittest

import numpy as np
import torch

import damage
import documents
import model
import views


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

    def test_every_third_warped_view_is_as_crooked_as_a_photo_from_the_hand(self):
        r = random.Random(1)
        turned = [views.homography(r, (640, 448), 1) for _ in range(600)]
        tilts = np.abs(np.rad2deg([np.arctan2(h[1, 0] - h[0, 1], h[0, 0] + h[1, 1]) for h in turned]))
        self.assertTrue(.28 < np.mean(tilts > 1.5) < .5 and tilts.max() < 5, np.quantile(tilts, (.5, .9, 1)))

    def test_slots_name_glyphs_in_order_of_their_cells(self):
        s = views.slots(np.array([11, 12, 13, 14], np.int16), np.array([[40., 5], [3, 3], [9, 3], [50, 40]]), (64, 64), 32, 2)
        self.assertEqual(s.used.tolist(), [0, 1, 3])
        self.assertEqual(s.at.tolist(), [0, 1, 2, 4])
        self.assertEqual(s.token.tolist(), [12, 13, 11, 14])
        self.assertEqual(s.count.tolist(), [2, 1, 0, 1])

    def test_a_cell_s_lower_half_has_slots_of_its_own(self):
        one = np.array([[3., 5], [9, 5], [3, 20], [9, 20]])
        for upper in (1, 2):                           # however many glyphs stand above, the lower line begins in the same slot
            xy, tokens = one[2 - upper:], np.array([11, 12, 13, 14], np.int16)[2 - upper:]
            s = views.slots(tokens, xy, (64, 64), 32, 18, 2)
            self.assertEqual(s.at.tolist(), [*range(upper), 9, 10])
            self.assertEqual((s.token.tolist(), s.count[0]), (tokens.tolist(), upper + 2))
        crowded = views.slots(np.arange(12, dtype=np.int16), np.array([[2. * i, 4] for i in range(12)]), (64, 64), 32, 18, 2)
        self.assertEqual(crowded.at.tolist(), [*range(9)])

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
