"""Learning lowers every loss."""
import random
import unittest
from unittest import mock

import torch

import batches
import damage
import model
import optimiser
from losses import Trainee


class Losses(unittest.TestCase):
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
