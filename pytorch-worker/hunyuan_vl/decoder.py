"""The text decoder with its key/value cache: a prompt at a time in, then one token of many sequences a step."""

from typing import Dict, List, Tuple

import torch
from torch.nn import functional

from .checkpoint import TextShape
from .layers import attend, rms_norm


class SlotCache:
    """Keys and values of up to `slots` sequences of at most `length` tokens; slots 0..count-1 are in use."""

    def __init__(self, shape: TextShape, slots: int, length: int, dtype: torch.dtype, device: str):
        size = (shape.layers, slots, shape.kv_heads, length, shape.head_size)
        self.keys = torch.zeros(size, dtype=dtype, device=device)
        self.values = torch.zeros(size, dtype=dtype, device=device)
        self.lengths: List[int] = []
        self.length = length

    def release(self, slot: int) -> None:
        """Ends the sequence in `slot`; the last sequence moves into its place so that used slots stay together."""
        last = len(self.lengths) - 1
        if slot != last:
            used = self.lengths[last]
            self.keys[:, slot, :, :used] = self.keys[:, last, :, :used]
            self.values[:, slot, :, :used] = self.values[:, last, :, :used]
            self.lengths[slot] = used
        self.lengths.pop()


class Decoder:
    """Pre-norm transformer, grouped queries, XD-RoPE before the per-head norms, SwiGLU, tied or own output head."""

    def __init__(self, weights: Dict[str, torch.Tensor], shape: TextShape, dtype: torch.dtype, device: str):
        self.shape = shape
        prefix = "model.language_model."
        w = {k[len(prefix):]: v.to(device, dtype) for k, v in weights.items() if k.startswith(prefix)}
        self.embedding = w["embed_tokens.weight"]
        head = weights.get("lm_head.weight")
        self._head = self.embedding if head is None else head.to(device, dtype)
        self._norm = w["norm.weight"]
        self._layers = [self._layer(w, f"layers.{n}.") for n in range(shape.layers)]
        base = shape.theta * shape.alpha ** (shape.head_size / (shape.head_size - 2))
        steps = torch.arange(0, shape.head_size, 2, dtype=torch.float)
        self._frequencies = (1.0 / base ** (steps / shape.head_size)).to(device)
        # Column block j (two sections wide in all) takes its angle from axis j.
        axes = [axis for axis, section in enumerate(shape.sections) for _ in range(section * 2)]
        self._axis = torch.tensor(axes, device=device)

    @staticmethod
    def _layer(w: Dict[str, torch.Tensor], prefix: str) -> Dict[str, torch.Tensor]:
        layer = {k[len(prefix):]: v for k, v in w.items() if k.startswith(prefix)}
        layer["qkv"] = torch.cat([layer.pop(f"self_attn.{p}_proj.weight") for p in "qkv"])
        layer["gate_up"] = torch.cat([layer.pop("mlp.gate_proj.weight"), layer.pop("mlp.up_proj.weight")])
        return layer

    def cache(self, slots: int, length: int) -> SlotCache:
        """An empty cache in the decoder's type and on its device."""
        return SlotCache(self.shape, slots, length, self.embedding.dtype, str(self.embedding.device))

    def prefill(self, embeddings: torch.Tensor, positions: torch.Tensor, cache: SlotCache) -> torch.Tensor:
        """Reads a prompt [T, hidden] with positions [axes, T] into the next free slot -> logits [vocabulary] of its end."""
        count, slot = len(embeddings), len(cache.lengths)
        if count > cache.length:
            raise ValueError(f"The prompt has {count} tokens, the cache holds {cache.length}.")
        rotary = self._rotary(positions)
        mask = torch.full((count, count), float("-inf"), dtype=embeddings.dtype, device=embeddings.device).triu_(1)
        hidden = embeddings
        for number, layer in enumerate(self._layers):
            query, key, value = self._project(layer, hidden, rotary)
            keys, values = key.transpose(0, 1), value.transpose(0, 1)
            cache.keys[number, slot, :, :count] = keys
            cache.values[number, slot, :, :count] = values
            groups = self.shape.heads // self.shape.kv_heads
            query = query.view(count, self.shape.kv_heads, groups, -1).permute(1, 2, 0, 3)
            shared = (self.shape.kv_heads, groups, count, self.shape.head_size)
            mixed = attend(query, keys[:, None].expand(shared), values[:, None].expand(shared), mask)
            hidden = self._finish(layer, hidden, mixed.permute(2, 0, 1, 3).reshape(count, -1))
        cache.lengths.append(count)
        return self._logits(hidden[-1])

    def step(self, tokens: List[int], cache: SlotCache) -> torch.Tensor:
        """Feeds one token to each sequence of the cache -> logits [sequences, vocabulary]."""
        count, device = len(tokens), self.embedding.device
        lengths = torch.tensor(cache.lengths, device=device)
        longest = max(cache.lengths) + 1
        if longest > cache.length:
            raise ValueError(f"A sequence grew beyond the {cache.length} tokens of the cache.")
        hidden = self.embedding[torch.tensor(tokens, device=device)]
        rotary = self._rotary(lengths.expand(len(self.shape.sections), -1))
        even = min(cache.lengths) + 1 == longest
        rows, mask = torch.arange(count, device=device), None
        if not even:
            mask = torch.zeros(count, 1, 1, longest, dtype=hidden.dtype, device=device)
            mask.masked_fill_(torch.arange(longest, device=device) > lengths[:, None, None, None], float("-inf"))
        for number, layer in enumerate(self._layers):
            query, key, value = self._project(layer, hidden, rotary)
            keys, values = cache.keys[number, :count], cache.values[number, :count]
            if even:
                keys[:, :, longest - 1] = key
                values[:, :, longest - 1] = value
            else:
                keys[rows, :, lengths] = key
                values[rows, :, lengths] = value
            query = query.view(count, self.shape.kv_heads, -1, self.shape.head_size)
            mixed = attend(query, keys[:, :, :longest], values[:, :, :longest], mask)
            hidden = self._finish(layer, hidden, mixed.reshape(count, -1))
        cache.lengths = [length + 1 for length in cache.lengths]
        return self._logits(hidden)

    def _rotary(self, positions: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        angles = positions[:, :, None].float() * self._frequencies
        angles = torch.cat([angles, angles], -1)
        index = self._axis[None, None].expand(1, angles.shape[1], -1)
        angles = angles.gather(0, index)[0][:, None]
        return angles.cos(), angles.sin()

    def _project(self, w, hidden: torch.Tensor, rotary) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """-> query [T, heads, d], key and value [T, kv heads, d]; query and key rotated, then normed."""
        shape = self.shape
        x = rms_norm(hidden, w["input_layernorm.weight"], shape.epsilon)
        heads = functional.linear(x, w["qkv"]).view(len(hidden), -1, shape.head_size)
        turned, value = heads[:, :-shape.kv_heads], heads[:, -shape.kv_heads:]
        cos, sin = rotary
        wide = turned.float()
        low, high = wide.chunk(2, -1)
        turned = (wide * cos + torch.cat([-high, low], -1) * sin).to(hidden.dtype)
        query = rms_norm(turned[:, :shape.heads], w["self_attn.query_layernorm.weight"], shape.epsilon)
        key = rms_norm(turned[:, shape.heads:], w["self_attn.key_layernorm.weight"], shape.epsilon)
        return query, key, value

    def _finish(self, w, hidden: torch.Tensor, mixed: torch.Tensor) -> torch.Tensor:
        hidden = hidden + functional.linear(mixed, w["self_attn.o_proj.weight"])
        x = rms_norm(hidden, w["post_attention_layernorm.weight"], self.shape.epsilon)
        gate, up = functional.linear(x, w["gate_up"]).chunk(2, -1)
        return hidden + functional.linear(functional.silu(gate) * up, w["mlp.down_proj.weight"])

    def _logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return functional.linear(rms_norm(hidden, self._norm, self.shape.epsilon), self._head)
