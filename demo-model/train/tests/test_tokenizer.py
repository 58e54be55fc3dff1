"""The tokenizer is the published checkpoint's."""
import json
import os
import unittest

import tokenizer
from tests import TRAIN


class Tokenizer(unittest.TestCase):
    def test_ids_are_those_of_the_published_checkpoint(self):
        self.assertEqual((len(tokenizer.VOCABULARY), tokenizer.SIZE), (5456, 5504))
        self.assertEqual([tokenizer.one(c) for c in "A啊￥"], [tokenizer.VOCABULARY["A"], 1701, 1694])

    def test_text_comes_back_and_numbers_are_grouped_by_three_from_the_left(self):
        s = "价格 12,345.6 (1000,7)\n\"a\\b\""
        self.assertEqual(tokenizer.decode(tokenizer.encode(s)), s)
        self.assertEqual(tokenizer.encode("1000"), [tokenizer.one("100"), tokenizer.one("0")])

    def test_the_saved_tokenizer_is_the_checkpoints(self):
        path = os.path.join(TRAIN, "../checkpoint/tokenizer.json")
        if not os.path.exists(path): self.skipTest("no checkpoint here")
        with open(path, encoding="utf8") as f: self.assertEqual(json.load(f), tokenizer.tokenizer_json())
