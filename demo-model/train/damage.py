"""What cameras, scanners and screens do to a page, for a whole batch on the accelerator. float32 [B,3,H,W], 0..255."""
import functools
import math

import torch
import torch.nn.functional as F

MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_LUMA = (16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
         18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99.)
_DCT = tuple(tuple(math.sqrt((1 if k == 0 else 2) / 8) * math.cos(math.pi * (2 * n + 1) * k / 16) for n in range(8)) for k in range(8))


@functools.lru_cache(None)
def _constant(values, device):
    """A tensor that is copied to the device once: a copy waits for all work that is queued there."""
    return torch.tensor(values, device=device)


def jpeg(x, quality):
    """JPEG's losses: 8x8 cosine quantisation of the luma, chroma at half resolution. quality: [B] of 1..100"""
    b, _, h, w = x.shape
    dct = _constant(_DCT, x.device)
    y = .299 * x[:, 0] + .587 * x[:, 1] + .114 * x[:, 2]
    chroma = F.interpolate(F.avg_pool2d(torch.stack([x[:, 2] - y, x[:, 0] - y], 1), 2), scale_factor=2.0, mode="nearest")
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
    table = (_constant(_LUMA, x.device).view(1, 1, 1, 8, 8) * scale.view(-1, 1, 1, 1, 1)).clamp(1, 255)
    t = dct @ (y - 128).reshape(b, h // 8, 8, w // 8, 8).transpose(2, 3) @ dct.T
    t = dct.T @ (torch.round(t / table) * table) @ dct
    y = t.transpose(2, 3).reshape(b, h, w) + 128
    red, blue = y + chroma[:, 1], y + chroma[:, 0]
    return torch.stack([red, (y - .299 * red - .114 * blue) / .587, blue], 1)


def warp(x, matrices):
    """x seen through matrices [B,3,3] (picture to page, -1..1); what lies beside the page becomes a desk: a smooth random ground."""
    b, _, h, w = x.shape
    ys = (torch.arange(h, device=x.device) + .5) * (2 / h) - 1
    xs = (torch.arange(w, device=x.device) + .5) * (2 / w) - 1
    points = torch.stack([xs.expand(h, w), ys[:, None].expand(h, w), torch.ones(h, w, device=x.device)], -1).view(1, -1, 3)
    q = points @ matrices.transpose(1, 2)
    grid = (q[..., :2] / q[..., 2:]).view(b, h, w, 2)
    seen = F.grid_sample(x, grid, mode="bicubic" if torch.rand(()).item() < .5 else "bilinear", padding_mode="border", align_corners=False)
    beside = ((grid.abs() > 1).any(-1) & (torch.rand(b, 1, 1, device=x.device) < .6))[:, None]
    desk = F.interpolate(torch.rand(b, 3, 5, 5, device=x.device), (h, w), mode="bilinear", align_corners=False) * 90 + torch.rand(b, 3, 1, 1, device=x.device) * 165
    return torch.where(beside, desk, seen)


def _smooth(b, cells, h, w, device, channels=1):
    return F.interpolate(torch.rand(b, channels, cells, cells, device=device) - .5, (h, w), mode="bilinear", align_corners=False)


@torch.no_grad()
def damage(pixels, matrices, level=1.0):
    """uint8 [B,3,H,W] -> float32 of the same shape."""
    b, _, h, w = pixels.shape
    device = pixels.device

    def some(share, *shape):                           # uniform 0..1 for a share of the pages, 0 for the others
        u = torch.rand(b, *(shape or (1, 1, 1)), device=device)
        return ((u - (1 - share)) / share).clamp(min=0)
    x = warp(pixels.float(), matrices)
    k = b // 6
    if k:                                              # bolder or thinner strokes
        x[:k] += some(1)[:k] * .5 * (-F.max_pool2d(-x[:k], 3, 1, 1) - x[:k])
        x[k:2 * k] += some(1)[k:2 * k] * .35 * (F.max_pool2d(x[k:2 * k], 3, 1, 1) - x[k:2 * k])
    soft = F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    x = x + some(.5) * .9 * level * (soft - x)
    if k and level > .5:                               # a picture scaled down and up again
        part = slice(2 * k, 3 * k)
        factor = .55 + .4 * torch.rand(()).item()
        small = F.interpolate(x[part], scale_factor=factor, mode="bilinear", align_corners=False, antialias=True)
        x[part] = F.interpolate(small, (h, w), mode="bicubic", align_corners=False)
        across = F.avg_pool2d(x[3 * k:4 * k], (1, 3), 1, (0, 1), count_include_pad=False)      # motion
        x[3 * k:4 * k] += some(1)[3 * k:4 * k] * .8 * (across - x[3 * k:4 * k])
    light = _smooth(b, 3, h, w, device) * some(.6) * 80 * level + _smooth(b, max(4, w // 8), h, w, device) * some(.45) * 26 * level
    angle = torch.rand(b, 1, 1, device=device) * 2 * math.pi                                   # the edge of a shadow
    ys, xs = torch.linspace(-1, 1, h, device=device).view(1, h, 1), torch.linspace(-1, 1, w, device=device).view(1, 1, w)
    edge = torch.sigmoid((xs * angle.cos() + ys * angle.sin() - (torch.rand(b, 1, 1, device=device) - .5)) * (3 + 25 * torch.rand(b, 1, 1, device=device)))
    x = x * (1 - edge[:, None] * some(.25) * .45 * level)
    contrast = 1 + (torch.rand(b, 1, 1, 1, device=device) - .6) * .55 * level
    x = (x - 128) * contrast + 128 + (torch.rand(b, 1, 1, 1, device=device) - .5) * 34 * level + (torch.rand(b, 3, 1, 1, device=device) - .5) * 20 * level + light
    x = x.clamp(0, 255)
    x = torch.where(torch.rand(b, 1, 1, 1, device=device) < .06, 255 - x, x)
    order = torch.randperm(b, device=device)[: b * 2 // 5]
    if level > 0 and len(order): x[order] = jpeg(x[order], 22 + 70 * torch.rand(len(order), device=device))
    x = x + torch.randn(b, 1, h, w, device=device) * some(.6) * 11 * level
    return x.clamp(0, 255)


def resize(x, size):
    """What the processor's bicubic resampling makes of pictures: float32 [B,3,H,W], 0..255, whole numbers."""
    if x.shape[2:] != torch.Size(size): x = F.interpolate(x, size, mode="bicubic", align_corners=False, antialias=True)
    return x.round().clamp(0, 255)


def normalise(x):
    """0..255 -> what the vision tower takes"""
    mean, std = (_constant(v, x.device).view(1, 3, 1, 1) for v in (MEAN, STD))
    return (x / 255 - mean) / std
