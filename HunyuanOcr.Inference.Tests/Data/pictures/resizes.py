"""Writes resizes.csv: hashes of what Pillow's bicubic resize makes of pseudo-random pictures of odd sizes. python3 resizes.py"""
import hashlib
from pathlib import Path

from PIL import Image

CASES = [
    (1, 1, 32, 32), (1, 200, 32, 512), (200, 1, 512, 32), (2, 3, 7, 5), (3, 2, 3, 9), (9, 4, 5, 4), (17, 13, 17, 13),
    (33, 31, 32, 32), (64, 64, 63, 65), (100, 50, 37, 91), (250, 170, 64, 32), (1000, 3, 32, 64), (3, 1000, 64, 32),
    (401, 97, 399, 98), (640, 5, 96, 5), (5, 640, 5, 96), (311, 211, 160, 512), (129, 257, 1, 1), (300, 300, 15, 15), (19, 23, 512, 288),
]


def noise(width, height):
    """The bytes of a linear congruential generator, three for each pixel."""
    state, values = width * 65537 + height, bytearray(width * height * 3)
    for i in range(len(values)):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        # Every other run of 64 bytes is pure black or white, which drives the sums past both ends.
        values[i] = (state >> 16) & 255 if i // 64 % 2 else 255 * (state >> 30)
    return Image.frombytes("RGB", (width, height), bytes(values))


def main():
    lines = ["# width,height,scaled_width,scaled_height,sha256"]
    for width, height, to_width, to_height in CASES:
        scaled = noise(width, height).resize((to_width, to_height), Image.Resampling.BICUBIC)
        lines.append(f"{width},{height},{to_width},{to_height},{hashlib.sha256(scaled.tobytes()).hexdigest()}")
    (Path(__file__).parent / "resizes.csv").write_text("\n".join(lines) + "\n")


main()
