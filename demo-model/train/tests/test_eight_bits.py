"""Rounding to 8 bits while training."""
import unittest

import torch

import eight_bits
import model
import optimiser


class EightBits(unittest.TestCase):
    def test_every_output_of_the_tower_has_its_own_scale_of_64_steps(self):
        rounded = eight_bits.columns(torch.tensor([[64., .4, -20.6], [.64, .004, -.206]]))
        self.assertTrue(torch.allclose(rounded, torch.tensor([[64., 0, -21], [.64, 0, -.21]])))

    def test_every_128_weights_of_the_decoder_have_their_own_scale_of_127_steps(self):
        x = torch.zeros(1, 256)
        x[0, 0], x[0, 1], x[0, 128], x[0, 129] = 127, .4, 1.27, .004
        rounded = eight_bits.blocks(x)[0]
        self.assertTrue(torch.allclose(rounded[[0, 1, 128, 129]], torch.tensor([127, 0, 1.27, 0])))

    def test_every_picture_has_its_own_scale_and_holds_zero(self):
        x = torch.tensor([[[-51., 204, .3], [100.6, 0, -7.4]], [[10.2, 51, 25.3], [0, .05, 1]]])      # 255 steps of 1 and of .2
        self.assertTrue(torch.allclose(eight_bits.pictures(x), torch.tensor([[[-51., 204, 0], [101, 0, -7]], [[10.2, 51, 25.2], [0, 0, 1]]])))
        self.assertTrue((eight_bits.pictures(torch.zeros(1, 2, 3)) == 0).all())

    def test_the_gradient_passes_a_rounding(self):
        x = torch.tensor([[1., .3]], requires_grad=True)
        (eight_bits.through(x, eight_bits.columns) * torch.tensor([2., 3.])).sum().backward()
        self.assertEqual(x.grad.tolist(), [[2., 3.]])

    def test_weights_are_rounded_for_a_step_and_whole_behind_it(self):
        torch.manual_seed(0)
        net = model.DemoModel()
        flat = optimiser.Flat(net.parameters())
        rounding, before = eight_bits.EightBits(net, flat), flat.data.clone()
        picture, tower, decoder = torch.randn(1, 3, 64, 64), net.model.vision_tower.layers[0].mlp.fc1.weight, net.model.language_model.layers[0].mlp.up_proj.weight
        plain = net.see(picture)[1]
        whole_tower, whole_decoder = tower.detach().clone(), decoder.detach().clone()
        with rounding.during(True, False):
            self.assertTrue(torch.equal(tower, eight_bits.columns(whole_tower)))
            self.assertTrue(torch.equal(decoder, whole_decoder))
            rounded = net.see(picture)[1]
            rounded.sum().backward()
        self.assertTrue(torch.equal(flat.data, before))
        self.assertGreater(tower.grad.abs().sum().item(), 0)
        error = ((rounded - plain).norm() / plain.norm()).item()
        self.assertTrue(0 < error < .1, error)
        with rounding.during(False, True):
            self.assertTrue(torch.equal(decoder, eight_bits.blocks(whole_decoder)))
            self.assertTrue(torch.equal(tower, whole_tower))
        self.assertTrue(torch.equal(flat.data, before))
        self.assertTrue(torch.equal(net.see(picture)[1], plain))
