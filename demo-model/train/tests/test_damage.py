"""What happens to a picture on its way to the model."""
import unittest

import torch

import damage


class Damage(unittest.TestCase):
    def test_jpeg_keeps_flat_grey(self):
        self.assertLess((damage.jpeg(torch.full((2, 3, 64, 64), 137.), torch.tensor([30., 80.])) - 137).abs().max().item(), 8)

    def test_the_result_stays_in_range(self):
        torch.manual_seed(1)
        y = damage.damage(torch.randint(0, 256, (12, 3, 64, 96), dtype=torch.uint8), torch.eye(3).expand(12, 3, 3))
        self.assertTrue(y.shape == (12, 3, 64, 96) and y.min() >= 0 and y.max() <= 255 and torch.isfinite(y).all())
