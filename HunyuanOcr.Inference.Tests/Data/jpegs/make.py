"""Writes the plain JPEGs beside this file (Pillow, any version): sizes that end inside a block, every way of halving chroma, quality from worst to best.

Noise of black and white alone makes coefficients that no photograph has. Run it again only to add files; the tests compare with libvips, not with stored pixels.
"""
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

HERE = Path(__file__).parent
SUBSAMPLING = {"444": 0, "422": 1, "420": 2}


def noise(width: int, height: int, rng) -> Image.Image:
    return Image.fromarray((rng.integers(0, 2, (height, width, 3)) * 255).astype(np.uint8))


def drawing(width: int, height: int, rng) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    image = Image.fromarray(np.stack([255 - x * 60 // width, 250 - y * 90 // height, 200 + (x + y) % 40], -1).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for top in range(1, height, 12):
        draw.text((int(rng.integers(0, 5)), top), "Sum 12,345.67", fill=tuple(int(c) for c in rng.integers(0, 90, 3)))
    draw.rectangle([width // 3, height // 3, width // 2, height // 2], outline=(200, 30, 30), width=2)
    return image


def main() -> None:
    rng = np.random.default_rng(4)
    for name, sampling in SUBSAMPLING.items():
        for what, (width, height), quality in [
            (noise, (16, 16), 100), (noise, (17, 33), 3), (noise, (33, 50), 100), (noise, (40, 18), 60),
            (drawing, (129, 131), 95), (drawing, (96, 64), 75), (drawing, (250, 37), 30), (drawing, (31, 97), 3), (drawing, (320, 240), 88),
        ]:
            what(width, height, rng).save(HERE / f"{what.__name__}-{width}x{height}-{name}-q{quality}.jpg", quality=quality, subsampling=sampling, optimize=quality == 95)


if __name__ == "__main__":
    main()
