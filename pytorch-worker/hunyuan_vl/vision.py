"""The vision tower: patches of one picture -> vectors in the decoder's width."""

from typing import Dict, Tuple

import torch
from torch.nn import functional

from .checkpoint import VisionShape
from .layers import attend, rms_norm


class VisionTower:
    """Pre-norm transformer over all patches of a picture, then the merger of 2x2 patches."""

    def __init__(self, weights: Dict[str, torch.Tensor], shape: VisionShape, dtype: torch.dtype, device: str):
        self._shape = shape
        prefix = "model.vision_tower."
        w = {k[len(prefix):]: v.to(device, dtype) for k, v in weights.items() if k.startswith(prefix)}
        self._dtype = dtype
        self._patch_weight = w["embeddings.patch_embedding.weight"].reshape(shape.hidden, -1)
        self._patch_bias = w["embeddings.patch_embedding.bias"]
        # Row 0 belongs to a class token that is never used.
        grid = w["embeddings.position_embedding.weight"][1:].reshape(1, shape.edge, shape.edge, shape.hidden)
        self._positions = grid.permute(0, 3, 1, 2).float().contiguous()
        self._layers = [self._layer(w, f"layers.{n}.") for n in range(shape.layers)]
        merger = {k[len("patch_merger."):]: v for k, v in w.items() if k.startswith("patch_merger.")}
        merger["proj_conv.weight"] = merger["proj_conv.weight"].reshape(shape.hidden * 2, -1)
        merger["proj_out.weight"] = merger["proj_out.weight"].reshape(shape.hidden * 4, -1)
        self._merger = merger

    @staticmethod
    def _layer(w: Dict[str, torch.Tensor], prefix: str) -> Dict[str, torch.Tensor]:
        layer = {k[len(prefix):]: v for k, v in w.items() if k.startswith(prefix)}
        for kind in ("weight", "bias"):
            layer["qkv." + kind] = torch.cat([layer.pop(f"self_attn.{p}_proj.{kind}") for p in "qkv"])
        return layer

    def __call__(self, patches: torch.Tensor, grid: Tuple[int, int]) -> torch.Tensor:
        """patches [grid_h * grid_w, 768] -> [(grid_h/2) * (grid_w/2 + 1) + 2, text hidden]."""
        positions = functional.interpolate(self._positions, size=grid, mode="bilinear", align_corners=False)
        hidden = functional.linear(patches.to(self._dtype), self._patch_weight, self._patch_bias)
        hidden = hidden + positions.flatten(2)[0].T.to(self._dtype)
        for layer in self._layers:
            hidden = self._block(layer, hidden)
        return self._merge(hidden, grid)

    def _block(self, w: Dict[str, torch.Tensor], hidden: torch.Tensor) -> torch.Tensor:
        shape = self._shape
        size = (shape.hidden,)
        x = functional.layer_norm(hidden, size, w["layer_norm1.weight"], w["layer_norm1.bias"], shape.epsilon)
        qkv = functional.linear(x, w["qkv.weight"], w["qkv.bias"])
        query, key, value = qkv.view(1, len(hidden), 3, shape.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = attend(query, key, value, None).transpose(1, 2).reshape(len(hidden), -1)
        hidden = hidden + functional.linear(mixed, w["self_attn.o_proj.weight"], w["self_attn.o_proj.bias"])
        x = functional.layer_norm(hidden, size, w["layer_norm2.weight"], w["layer_norm2.bias"], shape.epsilon)
        x = functional.gelu(functional.linear(x, w["mlp.fc1.weight"], w["mlp.fc1.bias"]))
        return hidden + functional.linear(x, w["mlp.fc2.weight"], w["mlp.fc2.bias"])

    def _merge(self, hidden: torch.Tensor, grid: Tuple[int, int]) -> torch.Tensor:
        w, shape, m = self._merger, self._shape, self._shape.merge
        rows, columns = grid[0] // m, grid[1] // m
        x = rms_norm(hidden, w["before_rms.weight"], shape.epsilon)
        # A convolution with kernel = stride = m is a linear map of each m x m square (channel first, as its weight).
        x = x.view(rows, m, columns, m, shape.hidden).permute(0, 2, 4, 1, 3).reshape(rows, columns, -1)
        x = functional.gelu(functional.linear(x, w["proj_conv.weight"], w["proj_conv.bias"]))
        x = functional.linear(x, w["proj_out.weight"], w["proj_out.bias"])
        x = torch.cat([x, w["image_newline"].expand(rows, 1, -1)], 1)
        x = functional.linear(x.view(rows * (columns + 1), -1), w["mlp.weight"], w["mlp.bias"])
        x = torch.cat([w["image_begin"][None], x, w["image_end"][None]])
        return rms_norm(x, w["after_rms.weight"], shape.epsilon)
