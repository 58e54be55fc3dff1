"""Writes what the reference makes of the pictures: python3 reference.py PICTURES_DIR OUT.json [--numpy]

Decoding is Pillow's: upright, alpha on white, RGB; 16-bit samples keep their high byte; CMYK by Pillow's convert("RGB"), that is
R = (255 - C) * (255 - K) / 255. Preprocessing is that of transformers 5.17 (HunYuanVLImageProcessorPil); with --numpy it is an independent
implementation in numpy and Pillow, which needs no transformers and must give the same file but for "made_with".
"""
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageOps

SIZES = {"demo": (65536, 589824), "public": (512 * 512, 2048 * 2048)}
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
TYPES = {".jpg", ".png", ".webp", ".tif", ".gif"}


def upright_flat(path):
    image = Image.open(path)
    # Pillow turns a TIFF upright by itself while it loads; older versions leave the tag, and a second turn would follow.
    if image.format != "TIFF":
        image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):
        return Image.fromarray((np.array(image).astype(np.int64) >> 8).astype(np.uint8), "L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        page = Image.new("RGB", image.size, (255, 255, 255))
        page.paste(image.convert("RGB"), mask=image.getchannel("A"))
        return page
    return image.convert("RGB")


def with_transformers(smallest, largest):
    from transformers.models.hunyuan_vl.image_processing_pil_hunyuan_vl import HunYuanVLImageProcessorPil

    processor = HunYuanVLImageProcessorPil(min_pixels=smallest, max_pixels=largest)

    def process(image):
        features = processor(images=image, return_tensors="np")
        return features["pixel_values"], features["image_grid_thw"][0][1:]

    return process


def with_numpy(smallest, largest, patch=16, factor=32):
    def target(height, width):
        if max(height, width) / min(height, width) > 200:
            raise ValueError("aspect ratio above 200")
        h, w = round(height / factor) * factor, round(width / factor) * factor
        if h * w > largest:
            shrink = math.sqrt(height * width / largest)
            h, w = (max(factor, math.floor(side / shrink / factor) * factor) for side in (height, width))
        elif h * w < smallest:
            grow = math.sqrt(smallest / (height * width))
            h, w = (math.ceil(side * grow / factor) * factor for side in (height, width))
        return h, w

    def process(image):
        h, w = target(image.height, image.width)
        pixels = np.array(image.resize((w, h), Image.Resampling.BICUBIC))
        levels = (pixels.astype(np.float64) * 0.00392156862745098).astype(np.float32)
        levels = (levels - np.array(MEAN, np.float32)) / np.array(STD, np.float32)
        cut = levels.reshape(h // patch, patch, w // patch, patch, 3).transpose(0, 2, 4, 1, 3)
        return np.ascontiguousarray(cut).reshape(-1, 3 * patch * patch), (h // patch, w // patch)

    return process


def sha256(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def entry(path, processes):
    image = upright_flat(path)
    found = {"width": image.width, "height": image.height, "rgb_sha256": sha256(np.array(image))}
    for name, process in processes.items():
        values, grid = process(image)
        assert values.dtype == np.float32
        found[name] = {"grid": [int(side) for side in grid], "sha256": sha256(values), "first": [float(v) for v in values.ravel()[:8]]}
    return found


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    plain = "--numpy" in sys.argv
    if plain:
        made_with = f"numpy {np.__version__}, Pillow {PIL.__version__}"
    else:
        import transformers

        made_with = f"transformers {transformers.__version__}, numpy {np.__version__}, Pillow {PIL.__version__}"
    make = with_numpy if plain else with_transformers
    processes = {name: make(*size) for name, size in SIZES.items()}
    paths = sorted(path for path in folder.iterdir() if path.suffix in TYPES)
    pictures = {path.name: entry(path, processes) for path in paths}
    out.write_text(json.dumps({"made_with": made_with, "pictures": pictures}, indent=1) + "\n")


main()
