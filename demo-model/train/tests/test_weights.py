"""Weights in safetensors."""
import os
import tempfile
import unittest

import torch

import model
import weights
from tests import TRAIN


class Weights(unittest.TestCase):
    def test_a_file_comes_back(self):
        with tempfile.TemporaryDirectory() as folder:
            weights.save(folder + "/a.safetensors", {"b": torch.arange(6.).view(2, 3), "a": torch.tensor([.5])})
            back = weights.load(folder + "/a.safetensors")
        self.assertEqual(list(back), ["a", "b"])
        self.assertEqual(back["b"].tolist(), [[0, 1, 2], [3, 4, 5]])

    def test_the_mean_of_two_lies_between_them_and_of_one_is_itself(self):
        one, other = {"a": torch.tensor([1., 2.])}, {"a": torch.tensor([3., -2.])}
        self.assertEqual(weights.mean([one, other])["a"].tolist(), [2, 0])
        self.assertEqual(weights.mean([one])["a"].tolist(), [1, 2])

    def test_names_and_shapes_are_the_checkpoints(self):
        path = os.path.join(TRAIN, "../checkpoint/model.safetensors")
        if not os.path.exists(path): self.skipTest("no checkpoint here")
        model.DemoModel().load_state_dict(weights.load(path), strict=True)
