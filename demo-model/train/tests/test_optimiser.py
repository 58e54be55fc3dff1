"""The optimiser."""
import unittest

import torch

import optimiser


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
