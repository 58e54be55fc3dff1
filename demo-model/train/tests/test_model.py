"""The model answers pages of a batch as it answers each alone."""
import unittest

import torch

import model


class Model(unittest.TestCase):
    def test_generate_gives_each_page_of_a_mixed_batch_its_answer_alone(self):
        torch.manual_seed(0)
        net = model.DemoModel().eval()
        with torch.no_grad(): net.model.language_model.embed_tokens.weight.mul_(8)
        pages, prompts = [torch.randn(3, 64, 96), torch.randn(3, 96, 64), torch.randn(3, 64, 96)], [[40, 41, 3], [50, 3], [60, 61, 62, 63, 3]]
        together = model.generate(net, pages, prompts, 6)
        self.assertEqual(together, [model.generate(net, [p], [q], 6)[0] for p, q in zip(pages, prompts)])
