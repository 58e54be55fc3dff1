"""Writes grids.csv: what transformers' smart_resize answers for many sizes, limits and factors. python3 grids.py"""
import math
import random
from pathlib import Path


def smart_resize(height, width, factor, min_pixels, max_pixels):
    # As in transformers 5.17, models/hunyuan_vl/image_processing_pil_hunyuan_vl.py (Apache-2.0).
    if max(height, width) / min(height, width) > 200:
        return 0, 0
    h_bar = round(height / factor) * factor
    w_bar = round(width / factor) * factor
    if h_bar * w_bar > max_pixels:
        beta = math.sqrt((height * width) / max_pixels)
        h_bar = max(factor, math.floor(height / beta / factor) * factor)
        w_bar = max(factor, math.floor(width / beta / factor) * factor)
    elif h_bar * w_bar < min_pixels:
        beta = math.sqrt(min_pixels / (height * width))
        h_bar = math.ceil(height * beta / factor) * factor
        w_bar = math.ceil(width * beta / factor) * factor
    return h_bar, w_bar


def sizes(draw):
    yield from [(1, 1), (1, 200), (200, 1), (1, 201), (201, 1), (1, 4000), (4000, 1), (16, 16), (48, 48), (80, 112), (31, 33)]
    # Halves, which Python rounds to the even neighbour, and whole multiples around the limits.
    yield from [(32 * a + 16, 32 * b + 16) for a in range(1, 14, 3) for b in range(2, 40, 5)]
    yield from [(768, 768), (768, 769), (769, 767), (256, 256), (256, 255), (512, 512), (511, 513), (2048, 2048), (2049, 2048), (2064, 2032)]
    yield from [(draw.randint(1, 300), draw.randint(1, 300)) for _ in range(120)]
    yield from [(draw.randint(1, 9000), draw.randint(1, 9000)) for _ in range(250)]


def main():
    draw = random.Random(5)
    lines = ["# height,width,factor,min_pixels,max_pixels,scaled_height,scaled_width (0,0: refused)"]
    for height, width in sizes(draw):
        for factor, smallest, largest in [(32, 65536, 589824), (32, 512 * 512, 2048 * 2048), (28, 3136, 1003520)]:
            lines.append(",".join(map(str, (height, width, factor, smallest, largest, *smart_resize(height, width, factor, smallest, largest)))))
    (Path(__file__).parent / "grids.csv").write_text("\n".join(lines) + "\n")


main()
