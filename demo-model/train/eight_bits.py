"""What 8 bits make of weights and of what they are multiplied with, as onnx-export's int8 (onnx-export/Quantization) and ONNX Runtime do it.

Training rounds so in some of its steps. Gradients pass as if nothing had been rounded, and move the weights themselves, not the rounded ones."""
import contextlib

import torch

BLOCK = 128


def columns(weight):
    """[N,K] in 7 bits with a scale for each output: the vision tower's weights."""
    scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-20) / 64
    return torch.round(weight / scale) * scale


def blocks(x):
    """[...,K] in 8 bits with a scale for every 128 along K: the decoder's weights, and what is multiplied with them."""
    parts = x.unflatten(-1, (-1, BLOCK))
    scale = parts.abs().amax(-1, keepdim=True).clamp_min(1e-20) / 127
    return (torch.round(parts / scale) * scale).flatten(-2)


def pictures(x):
    """[B,n,K] in 8 bits with a scale and a zero point for each picture: what is multiplied with the vision tower's weights."""
    low, high = x.amin((1, 2), keepdim=True).clamp(max=0), x.amax((1, 2), keepdim=True).clamp(min=0)
    scale = (high - low).clamp_min(1e-20) / 255
    zero = torch.round(-low / scale)
    return ((torch.round(x / scale) + zero).clamp(0, 255) - zero) * scale


def through(x, rounding):
    """x rounded, with the gradient of x."""
    return x + (rounding(x.float()).to(x.dtype) - x).detach()


def rounder(rounded, rounding):
    """What a block does to what it multiplies with its weights."""
    return (lambda x: through(x, rounding)) if rounded else (lambda x: x)


class EightBits:
    """Rounds a model's matrices for the length of a step."""

    def __init__(self, net, flat):
        self.net, self.flat = net, flat
        language = net.model.language_model
        self.tower = [p for p in net.model.vision_tower.layers.parameters() if p.ndim == 2]
        self.decoder = [p for p in language.layers.parameters() if p.ndim == 2] + [language.embed_tokens.weight]

    @contextlib.contextmanager
    def during(self, tower, decoder):
        """Whether the tower's and the decoder's matrices and their inputs are rounded until the end of the block; then the weights are as before."""
        kept = self.flat.data.clone() if tower or decoder else None
        self.net.rounded = tower, decoder
        with torch.no_grad():
            for weight in self.tower if tower else (): weight.copy_(columns(weight))
            for weight in self.decoder if decoder else (): weight.copy_(blocks(weight))
        try: yield
        finally:
            self.net.rounded = False, False
            if kept is not None: self.flat.data.copy_(kept)
