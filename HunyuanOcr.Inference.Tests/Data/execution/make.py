"""Makes the vectors of this folder with pytorch-worker's implementation of the model: python3 make.py

A small grid of made-up patches (a formula, so that C# makes the same), its vision vectors, the logits of the first token and the
greedy tokens after it, with how far each was ahead of the second best.
"""

import dataclasses
import json
import sys
from pathlib import Path

import numpy
import torch

here = Path(__file__).resolve().parent
root = here.parents[2]
sys.path.insert(0, str(root / "pytorch-worker"))
from hunyuan_vl.reader import PROMPTS, Page, Reader  # noqa: E402

ROWS, COLUMNS, TOKENS = 8, 12, 24


def made_up(count: int) -> numpy.ndarray:
    """Numbers from -2 to 2 that look random: multiplicative hashing of the index."""
    bits = (numpy.arange(count, dtype=numpy.uint64) * 2654435761) & 0xFFFFFFFF
    return (bits.astype(numpy.float64) / 2**30 - 2).astype(numpy.float32)


reader = Reader(root / "demo-model" / "checkpoint")
ids = reader.checkpoint.ids
vectors = ROWS // 2 * (COLUMNS // 2 + 1) + 2
prompt = [ids.begin, ids.image_start] + [ids.image] * vectors + [ids.image_end] + reader.tokenizer.encode(PROMPTS["spotting"]) + [ids.user]
patches = torch.from_numpy(made_up(ROWS * COLUMNS * 768).reshape(ROWS * COLUMNS, 768))
# Such a picture shows no text: the model ends at once, and the tokens after the end are as good a test.
reader.checkpoint.ids = dataclasses.replace(ids, ends=())
answer = reader.read(Page(prompt, patches, (ROWS, COLUMNS)), TOKENS)
answer.vision.numpy().astype("<f4").tofile(here / "vision.f32")
answer.first_logits.numpy().astype("<f4").tofile(here / "first-logits.f32")
facts = {"grid": [ROWS, COLUMNS], "prompt": prompt, "tokens": answer.tokens, "gaps": [round(gap, 6) for gap in answer.gaps]}
(here / "facts.json").write_text(json.dumps(facts) + "\n")
print(answer.tokens, min(answer.gaps))
