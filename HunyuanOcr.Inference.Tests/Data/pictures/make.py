"""Makes the test pictures beside this file: small drawings of every kind that is read.

Run with Pillow 9.4 or later: python3 make.py. Another version of Pillow may write other bytes; then run reference.py again.
"""
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

HERE = Path(__file__).parent


def drawing(width, height, seed):
    """Gradients, fine lines, noise and words, so that a resize has something to get wrong."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    pixels = np.stack([
        255 * x / width,
        255 * y / height,
        127.5 + 127.5 * np.sin((x + 2 * y) / (7 + seed)),
    ], axis=-1)
    image = Image.fromarray(pixels.astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(image)
    for step in range(0, width, 11 + seed):
        draw.line([(step, height), (step + height // 3, height // 2)], fill=(step % 256, 20, 220), width=1 + step % 3)
    page = Image.new("L", (150, 44), 255)
    words = ImageDraw.Draw(page)
    words.text((4, 2), f"No. {seed:04d}  Total 128.50", fill=0)
    words.text((4, 16), "The quick brown fox jumps", fill=60)
    words.text((4, 30), "over 13 lazy dogs (52 %)", fill=120)
    factor = max(1, min(width // 160, height // 60))
    image.paste(page.resize((150 * factor, 44 * factor)).convert("RGB"), (width // 20, height // 10))
    speckles = np.array(image)
    corner = speckles[-height // 4:, -width // 4:]
    corner[:] = np.random.default_rng(seed).integers(0, 256, corner.shape, dtype=np.uint8)
    return Image.fromarray(speckles, "RGB")


def smooth(width, height, seed):
    """The drawing without its noise, for types that would grow large."""
    image = drawing(width, height, seed)
    image.paste((240, 236, 200), (width - width // 4, height - height // 4, width, height))
    return image


def alpha(width, height):
    """Opaque at the left, clear at the right, with a ring."""
    mask = Image.fromarray(np.tile(np.linspace(255, 0, width).astype(np.uint8), (height, 1)), "L")
    ImageDraw.Draw(mask).ellipse([width // 4, height // 4, width // 2, height // 2], outline=77, width=5)
    return mask


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(path, samples):
    """A PNG of 16-bit samples [height, width, channels], which Pillow itself writes only in grey."""
    height, width, channels = samples.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = samples.astype(">u2").reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def oriented(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def main():
    drawing(640, 427, 1).save(HERE / "rgb.jpg", quality=85)
    drawing(333, 221, 2).convert("L").save(HERE / "grey.jpg", quality=85)
    for orientation in range(2, 9):
        smooth(211, 140, orientation).save(HERE / f"orientation-{orientation}.jpg", quality=80, exif=oriented(orientation))
    smooth(1000, 760, 9).save(HERE / "progressive.jpg", quality=75, progressive=True)
    drawing(250, 190, 10).convert("CMYK").save(HERE / "cmyk.jpg", quality=85)

    smooth(401, 263, 11).save(HERE / "rgb.png", optimize=True)
    smooth(260, 90, 12).convert("L").save(HERE / "grey.png", optimize=True)
    smooth(200, 300, 13).convert("1").save(HERE / "one-bit.png", optimize=True)
    palette = smooth(240, 180, 14).quantize(64, dither=Image.Dither.NONE)
    palette.save(HERE / "palette-transparent.png", optimize=True, transparency=bytes(min(255, 4 * i) for i in range(64)))
    clear = smooth(230, 170, 15)
    clear.putalpha(alpha(230, 170))
    clear.save(HERE / "rgba.png", optimize=True)
    clear.convert("LA").save(HERE / "grey-alpha.png", optimize=True)
    y, x = np.mgrid[0:90, 0:130]
    png16(HERE / "grey-16.png", (x * 500 + y * 5)[..., None] % 65536)
    png16(HERE / "rgb-16.png", np.stack([x * 500, y * 700, (x + y) * 290], axis=-1) % 65536)
    png16(HERE / "rgba-16.png", np.stack([x * 500, y * 700, (x + y) * 290, 65535 - x * 400], axis=-1)[:40, :60] % 65536)
    smooth(97, 61, 16).save(HERE / "oriented.png", optimize=True, exif=oriented(8))

    smooth(310, 205, 17).save(HERE / "lossless.webp", lossless=True)
    drawing(420, 300, 18).save(HERE / "lossy.webp", quality=70)
    clear.save(HERE / "alpha.webp", quality=70)

    smooth(300, 222, 19).save(HERE / "lzw.tif", compression="tiff_lzw", tiffinfo={317: 2})
    smooth(160, 120, 20).convert("CMYK").save(HERE / "cmyk.tif", compression="tiff_lzw")
    smooth(250, 160, 24).convert("1").save(HERE / "group4.tif", compression="group4")
    smooth(150, 100, 25).save(HERE / "oriented.tif", compression="tiff_adobe_deflate", tiffinfo={274: 6, 317: 2})
    pages = [smooth(90, 70, 26), smooth(60, 120, 27)]
    pages[0].save(HERE / "pages.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")

    frames = [smooth(150, 110, seed).quantize(32, dither=Image.Dither.NONE) for seed in (21, 22, 23)]
    frames[0].save(HERE / "animated.gif", save_all=True, append_images=frames[1:], duration=80, loop=0)
    frames[0].save(HERE / "transparent.gif", transparency=3)
    films = [smooth(120, 80, seed) for seed in (28, 29)]
    films[0].save(HERE / "animated.webp", save_all=True, append_images=films[1:], quality=70)
    total = sum(path.stat().st_size for path in HERE.iterdir() if path.suffix not in (".py", ".json"))
    print(f"{total} bytes")


main()
