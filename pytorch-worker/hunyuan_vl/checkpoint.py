"""A Hugging Face folder: its sizes, its token ids and its weights under one set of names."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import torch


@dataclass(frozen=True)
class VisionShape:
    """Sizes of the vision tower; `edge` is the side of the learned position grid in patches."""

    layers: int
    hidden: int
    heads: int
    patch: int
    merge: int
    edge: int
    epsilon: float


@dataclass(frozen=True)
class TextShape:
    """Sizes of the decoder and its rotary parameters (`sections` count half-head columns per axis)."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int
    epsilon: float
    theta: float
    alpha: float
    sections: Tuple[int, ...]
    context: int


@dataclass(frozen=True)
class SpecialIds:
    """Token ids a prompt is framed with, and those that end an answer."""

    begin: int
    image_start: int
    image: int
    image_end: int
    user: int
    ends: Tuple[int, ...]


@dataclass(frozen=True)
class PixelLimits:
    """Limits on the resized picture, in pixels."""

    least: int
    most: int


_DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}

# Names of the first published weights -> today's names, applied in this order.
_VISION_RENAMES = [
    ("mlp.dense_h_to_4h", "mlp.fc1"),
    ("mlp.dense_4h_to_h", "mlp.fc2"),
    ("perceive.proj.0", "patch_merger.proj_conv"),
    ("perceive.proj.2", "patch_merger.proj_out"),
    ("perceive.", "patch_merger."),
    (".input_layernorm.", ".layer_norm1."),
    (".post_attention_layernorm.", ".layer_norm2."),
]


def canonical_name(name: str) -> str:
    """Today's name of a weight, whichever of the two published sets of names it comes from."""
    for prefix in ("model.vision_tower.", "model.vit.", "vit."):
        if name.startswith(prefix):
            rest = name[len(prefix):]
            for old, new in _VISION_RENAMES:
                rest = rest.replace(old, new)
            return "model.vision_tower." + rest
    if name.startswith("model.") and not name.startswith("model.language_model."):
        return "model.language_model." + name[len("model."):]
    return name


def read_safetensors(path: Path) -> Dict[str, torch.Tensor]:
    """All tensors of one file: an 8-byte header length, a JSON header, then raw little-endian data."""
    tensors = {}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        start = file.tell()
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] not in _DTYPES:
                raise ValueError(f"{path.name}: tensor {name} is {entry['dtype']}; F32, F16 and BF16 can be read.")
            first, last = entry["data_offsets"]
            file.seek(start + first)
            data = bytearray(last - first)
            if file.readinto(data) != last - first:
                raise ValueError(f"{path.name} ends inside tensor {name}; copy the file again.")
            tensors[name] = torch.frombuffer(data, dtype=_DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


class Checkpoint:
    """Sizes and weights of one folder, in either layout of config.json and either set of weight names."""

    def __init__(self, folder):
        self.folder = Path(folder)
        config = self._json("config.json")
        if config is None:
            raise FileNotFoundError(f"{folder} holds no config.json; give the folder of a HunyuanOCR checkpoint.")
        generation = self._json("generation_config.json") or {}
        text = {**config, **config.get("text_config", {})}
        vision = config["vision_config"]
        rope = text.get("rope_parameters") or text.get("rope_scaling") or {}
        head_size = text.get("head_dim") or text.get("attention_head_dim") or text["hidden_size"] // text["num_attention_heads"]
        sections = rope.get("mrope_section") or rope.get("xdrope_section")
        if sections is None or sum(sections) * 2 != head_size:
            raise ValueError(f"config.json: the rotary sections {sections} do not add up to half of head size {head_size}.")
        self.text = TextShape(
            layers=text["num_hidden_layers"],
            hidden=text["hidden_size"],
            heads=text["num_attention_heads"],
            kv_heads=text.get("num_key_value_heads") or text["num_attention_heads"],
            head_size=head_size,
            vocabulary=text["vocab_size"],
            epsilon=text.get("rms_norm_eps", 1e-5),
            theta=rope.get("rope_theta") or text.get("rope_theta", 10000.0),
            alpha=rope.get("alpha", 1.0),
            sections=tuple(int(s) for s in sections),
            context=text.get("max_position_embeddings", 32768),
        )
        self.vision = VisionShape(
            layers=vision["num_hidden_layers"],
            hidden=vision["hidden_size"],
            heads=vision["num_attention_heads"],
            patch=vision.get("patch_size", 16),
            merge=vision.get("spatial_merge_size", 2),
            edge=vision.get("max_image_size", 2048) // vision.get("patch_size", 16),
            epsilon=vision.get("rms_norm_eps", 1e-5),
        )
        self.ids = self._special_ids(config, text, generation)
        pixels = self._json("preprocessor_config.json") or {}
        size = pixels.get("size", {})
        self.pixels = PixelLimits(
            least=pixels.get("min_pixels") or size.get("shortest_edge") or 512 * 512,
            most=pixels.get("max_pixels") or size.get("longest_edge") or 2048 * 2048,
        )

    def weights(self) -> Dict[str, torch.Tensor]:
        """Every tensor under its canonical name, in the type it is stored in."""
        index = self._json("model.safetensors.index.json")
        files = sorted(set(index["weight_map"].values())) if index else ["model.safetensors"]
        tensors = {}
        for name in files:
            path = self.folder / name
            if not path.is_file():
                raise FileNotFoundError(f"{path} is missing; the checkpoint is not whole.")
            for key, tensor in read_safetensors(path).items():
                tensors[canonical_name(key)] = tensor
        return tensors

    def added_token(self, content: str) -> Optional[int]:
        """The id of a special token by its text, or None."""
        tokenizer = self._json("tokenizer.json") or {}
        return next((t["id"] for t in tokenizer.get("added_tokens", []) if t["content"] == content), None)

    def _special_ids(self, config: dict, text: dict, generation: dict) -> SpecialIds:
        ends: List[int] = []
        for source in (generation, text):
            value = source.get("eos_token_id")
            ends += value if isinstance(value, list) else [] if value is None else [value]
        user = self.added_token("<｜hy_User｜>")
        begin = self.added_token("<｜hy_begin▁of▁sentence｜>")
        return SpecialIds(
            begin=begin if begin is not None else text.get("bos_token_id", 120000),
            image_start=config.get("im_start_id", 120118),
            image=config.get("image_token_id", 120120),
            image_end=config.get("im_end_id", 120119),
            user=user if user is not None else 120006,
            ends=tuple(dict.fromkeys(ends)),
        )

    def _json(self, name: str) -> Optional[dict]:
        path = self.folder / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
