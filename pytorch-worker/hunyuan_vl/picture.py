"""A picture file -> normalised patches, number for number as transformers' image processor with backend="pil"."""

import math
from typing import Tuple

import numpy as np
from PIL import Image, ImageOps

from .checkpoint import PixelLimits, VisionShape

_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], dtype=np.float32)
_STD = np.array([0.26862954, 0.26130258, 0.27577711], dtype=np.float32)
_RESCALE = 0.00392156862745098


def upright_rgb(image: Image.Image) -> Image.Image:
    """The picture as a reader sees it: turned by its EXIF tag, transparency on white, 8-bit RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        page = Image.new("RGBA", image.size, (255, 255, 255, 255))
        page.alpha_composite(image)
        image = page
    return image.convert("RGB")


def target_size(width: int, height: int, factor: int, limits: PixelLimits) -> Tuple[int, int]:
    """Width and height in pixels, multiples of `factor`, within the limits, of about the same shape."""
    if max(width, height) / min(width, height) > 200:
        raise ValueError(f"The picture is {width}x{height}: more than 200 times longer than wide.")
    new_height = round(height / factor) * factor
    new_width = round(width / factor) * factor
    if new_height * new_width > limits.most:
        shrink = math.sqrt(height * width / limits.most)
        new_height = max(factor, math.floor(height / shrink / factor) * factor)
        new_width = max(factor, math.floor(width / shrink / factor) * factor)
    elif new_height * new_width < limits.least:
        grow = math.sqrt(limits.least / (height * width))
        new_height = math.ceil(height * grow / factor) * factor
        new_width = math.ceil(width * grow / factor) * factor
    return new_width, new_height


def patches(image: Image.Image, shape: VisionShape, limits: PixelLimits) -> Tuple[np.ndarray, Tuple[int, int]]:
    """-> float32 [grid_h * grid_w, 3 * patch * patch] in row-major order of the grid, and (grid_h, grid_w)."""
    image = upright_rgb(image)
    size = target_size(image.width, image.height, shape.patch * shape.merge, limits)
    pixels = np.asarray(image.resize(size, Image.BICUBIC))
    # The reference multiplies in float64 and rounds to float32 once, then normalises in float32.
    levels = (np.arange(256, dtype=np.float64) * _RESCALE).astype(np.float32)
    table = (levels[:, None] - _MEAN) / _STD
    grid_h, grid_w = size[1] // shape.patch, size[0] // shape.patch
    values = np.stack([table[:, channel][pixels[:, :, channel]] for channel in range(3)])
    values = values.reshape(3, grid_h, shape.patch, grid_w, shape.patch).transpose(1, 3, 0, 2, 4)
    return values.reshape(grid_h * grid_w, -1), (grid_h, grid_w)
