#!/usr/bin/env python3
"""Draws page.png, the page of known text that the engine reads for its warm-up and self-check; page.txt holds the text.

Needs Pillow and the font Liberation Sans (Debian: fonts-liberation). Run it in this folder.
"""
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).resolve().parent
FONT = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"

page = Image.new("L", (384, 256), 255)
draw = ImageDraw.Draw(page)
font = ImageFont.truetype(FONT, 26)
for row, line in enumerate((FOLDER / "page.txt").read_text(encoding="utf-8").splitlines()):
    draw.text((28, 24 + row * 44), line, fill=20, font=font)
page.save(FOLDER / "page.png", optimize=True)
