"""python3 -m unittest discover -s pytorch-worker -t pytorch-worker      (needs demo-model/checkpoint)"""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from hunyuan_vl.checkpoint import Checkpoint, PixelLimits, canonical_name, read_safetensors
from hunyuan_vl.picture import target_size, upright_rgb
from hunyuan_vl.reader import PROMPTS, Reader
from hunyuan_vl.tokenizer import Tokenizer

DEMO = Path(__file__).resolve().parents[2] / "demo-model"
_DTYPE_NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def write_safetensors(path: Path, tensors: dict) -> None:
    header, offset = {}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": _DTYPE_NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            integers = {2: torch.int16, 4: torch.int32}[tensor.element_size()]  # numpy has no bfloat16
            file.write(tensor.contiguous().view(integers).numpy().tobytes())


def old_name(name: str) -> str:
    """Today's name -> the first published one."""
    if name.startswith("model.vision_tower."):
        rest = name[len("model.vision_tower."):]
        for new, old in [("mlp.fc1", "mlp.dense_h_to_4h"), ("mlp.fc2", "mlp.dense_4h_to_h"), ("patch_merger.proj_conv", "perceive.proj.0"),
                         ("patch_merger.proj_out", "perceive.proj.2"), ("patch_merger.", "perceive."),
                         (".layer_norm1.", ".input_layernorm."), (".layer_norm2.", ".post_attention_layernorm.")]:
            rest = rest.replace(new, old)
        return "vit." + rest
    return name.replace("model.language_model.", "model.")


def write_old_layout(folder: Path) -> None:
    """The demo checkpoint as the first publication had it: flat config, old names, two shards."""
    config = json.loads((DEMO / "checkpoint" / "config.json").read_text(encoding="utf-8"))
    text = config.pop("text_config")
    rope = text.pop("rope_parameters")
    text["attention_head_dim"] = text.pop("head_dim")
    text["rope_theta"] = rope.pop("rope_theta")
    text["rope_scaling"] = {"type": "xdrope", "alpha": rope["alpha"], "xdrope_section": rope["mrope_section"]}
    (folder / "config.json").write_text(json.dumps({**text, **config, "model_type": "hunyuan_vl"}), encoding="utf-8")
    for name in ("tokenizer.json", "generation_config.json", "preprocessor_config.json"):
        shutil.copy(DEMO / "checkpoint" / name, folder / name)
    tensors = {old_name(k): v for k, v in read_safetensors(DEMO / "checkpoint" / "model.safetensors").items()}
    names = sorted(tensors)
    shards = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, held in shards.items():
        write_safetensors(folder / file, {name: tensors[name] for name in held})
    index = {"weight_map": {name: file for file, held in shards.items() for name in held}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


class CheckpointTest(unittest.TestCase):
    def test_the_flat_layout_with_old_names_in_two_shards_is_the_same_model(self):
        with tempfile.TemporaryDirectory() as folder:
            write_old_layout(Path(folder))
            old, new = Checkpoint(folder), Checkpoint(DEMO / "checkpoint")
            self.assertEqual((old.text, old.vision, old.ids, old.pixels), (new.text, new.vision, new.ids, new.pixels))
            mine, theirs = old.weights(), new.weights()
            self.assertEqual(sorted(mine), sorted(theirs))
            self.assertTrue(all(torch.equal(mine[name], theirs[name]) for name in mine))

    def test_every_old_name_comes_back_to_the_new_one(self):
        for name in read_safetensors(DEMO / "checkpoint" / "model.safetensors"):
            self.assertEqual(canonical_name(old_name(name)), name)

    def test_a_file_cut_short_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.safetensors"
            path.write_bytes((DEMO / "checkpoint" / "model.safetensors").read_bytes()[:100000])
            with self.assertRaisesRegex(ValueError, "model.safetensors ends inside tensor"):
                read_safetensors(path)


class PictureTest(unittest.TestCase):
    LIMITS = PixelLimits(least=65536, most=589824)

    def test_sizes_follow_the_rules(self):
        cases = {(470, 430): (480, 416), (560, 560): (576, 576), (768, 768): (768, 768), (1600, 1200): (864, 640), (100, 60): (352, 224), (16, 16): (256, 256)}
        for (width, height), expected in cases.items():
            self.assertEqual(target_size(width, height, 32, self.LIMITS), expected, f"{width}x{height}")

    def test_a_strip_is_refused_with_its_size(self):
        with self.assertRaisesRegex(ValueError, "1x4000"):
            target_size(1, 4000, 32, self.LIMITS)

    def test_transparency_becomes_white_and_exif_turns(self):
        clear = Image.new("RGBA", (4, 2), (255, 0, 0, 0))
        self.assertEqual(upright_rgb(clear).getpixel((0, 0)), (255, 255, 255))
        turned = Image.new("RGB", (4, 2))
        turned.getexif()[0x0112] = 6
        self.assertEqual(upright_rgb(turned).size, (2, 4))


class TokenizerTest(unittest.TestCase):
    tokenizer = Tokenizer(DEMO / "checkpoint" / "tokenizer.json")

    def test_any_text_comes_back(self):
        for text in ("停电通知 2026年3月18日", "Ünïcödé ß", "🙂👍🏽 é\n\t x\u3000y", "鑫淼 1234567", "a  b   c\r\nd", ""):
            self.assertEqual(self.tokenizer.decode(self.tokenizer.encode(text)), text)

    def test_strings_of_special_tokens_are_ordinary_text(self):
        ids = self.tokenizer.encode("<｜hy_place▁holder▁no▁102｜>")
        self.assertGreater(len(ids), 1)
        self.assertTrue(all(number > 9 for number in ids))


class ReaderTest(unittest.TestCase):
    def test_pages_together_are_read_as_alone(self):
        torch.set_num_threads(1)
        reader = Reader(DEMO / "checkpoint")
        files = ["11-sign-zh.png", "12-sign-en.jpg", "17-business-card-zh.png"]
        pages = [reader.page(Image.open(DEMO / "documents" / file), PROMPTS["spotting"]) for file in files]
        alone = [reader.read(page, 40).tokens for page in pages]
        longest = max(len(page.ids) for page in pages)
        together = dict(reader.read_many(pages, 2, 40, longest))
        self.assertEqual([together[place].tokens for place in range(3)], alone)

    def test_patches_are_normalised_and_cut_row_by_row(self):
        reader = Reader(DEMO / "checkpoint")
        image = Image.fromarray(np.arange(640 * 640, dtype=np.uint32).reshape(640, 640).astype(np.uint8)).convert("RGB")
        page = reader.page(image, "")
        self.assertEqual(page.grid, (40, 40))
        first, mean, std = page.patches[1, :16].numpy(), 0.48145466, 0.26862954
        np.testing.assert_allclose(first, (np.arange(16, 32) / 255 - mean) / std, rtol=1e-5)


if __name__ == "__main__":
    unittest.main()
