"""The labels and values of forms."""
import itertools
import random
import unittest

import fields


class Invented(unittest.TestCase):
    def test_a_label_that_no_list_holds_stands_before_every_kind_of_value(self):
        for zh in (True, False):
            kinds = {"sum": fields.money, "day": fields._day, "firm": fields.company, "street": fields.address}
            shapes = {kind: {_shape(make(random.Random(seed), zh)) for seed in range(200)} for kind, make in kinds.items()}
            values = [_shape(fields.invented_value(random.Random(seed), zh)) for seed in range(1000)]
            for kind, own in shapes.items(): self.assertGreater(sum(value in own for value in values), 20, (kind, zh))

    def test_four_of_ten_labels_end_as_labels_do_and_still_differ(self):
        for zh in (True, False):
            labels = [fields.invented_label(random.Random(seed), zh) for seed in range(500)]
            ended = [label for label in labels if label.lower().endswith(tuple(("" if zh else " ") + ending for ending in fields.ENDINGS[not zh]))]
            self.assertTrue(150 < len(ended) < 350, len(ended))
            self.assertGreater(len(set(labels)), 100)          # of few words, where no fonts are unpacked


def _shape(value):
    """What a value is made of, whatever it says and however long it is."""
    return "".join(c for c, _ in itertools.groupby("9" if c.isdigit() else "a" if c.isascii() and c.isalpha() else "汉" if not c.isascii() and c.isalnum() else c for c in value))
