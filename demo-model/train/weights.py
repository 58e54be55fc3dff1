"""Reads and writes safetensors files with PyTorch alone."""
import json
import struct

import numpy as np
import torch

_TYPES = {"F16": np.float16, "F32": np.float32}


def load(path):
    """{name: float32 tensor} of a safetensors file that holds F16 or F32."""
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    out = {}
    for name, e in header.items():
        if name == "__metadata__": continue
        if e["dtype"] not in _TYPES: raise ValueError(f"{path}: {name} is {e['dtype']}; only F16 and F32 are read here")
        a, b = e["data_offsets"]
        out[name] = torch.from_numpy(np.frombuffer(data[a:b], _TYPES[e["dtype"]]).reshape(e["shape"]).astype(np.float32))
    return out


def mean(several):
    """The mean of {name: tensor}s of the same names and shapes: of runs that went on from one another it reads better than either."""
    return {name: torch.stack([weights[name] for weights in several]).mean(0) for name in several[0]}


def save(path, tensors):
    """Writes tensors as F16, in the order of their names."""
    header, parts, at = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        raw = tensors[name].detach().cpu().to(torch.float16).contiguous().numpy()
        header[name] = {"dtype": "F16", "shape": list(raw.shape), "data_offsets": [at, at + raw.nbytes]}
        parts.append(raw.tobytes())
        at += raw.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
