"""Times plain PyTorch: part by part for a page alone, and pages per second one after another and many at once."""

import platform
import statistics
import time
from typing import List

import torch
from PIL import Image

from .reader import Reader


def measure(reader: Reader, files: List[str], prompt: str, max_tokens: int, in_flight: int, repeat: int) -> dict:
    """Medians over all pages and repeats; one unmeasured page warms up. Pages per second include reading the files."""
    reader.read(reader.page(Image.open(files[0]), prompt), 8)
    parts = {"patches": [], "vision": [], "prefill": [], "decode_per_token": [], "total": []}
    alone, together, tokens = [], [], []
    for _ in range(repeat):
        started = time.perf_counter()
        for file in files:
            begun = time.perf_counter()
            page = reader.page(Image.open(file), prompt)
            answer = reader.read(page, max_tokens)
            parts["total"].append(time.perf_counter() - begun)
            parts["patches"].append(page.seconds)
            parts["vision"].append(answer.seconds["vision"])
            parts["prefill"].append(answer.seconds["prefill"])
            parts["decode_per_token"].append(answer.seconds["decode"] / max(1, len(answer.tokens)))
            tokens.append(len(answer.tokens))
        alone.append(len(files) / (time.perf_counter() - started))
        together.append(len(files) / _together(reader, files, prompt, max_tokens, in_flight))
    return {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": reader.device,
        "dtype": str(reader.decoder.embedding.dtype).replace("torch.", ""),
        "machine": platform.machine(),
        "pages": len(files),
        "repeat": repeat,
        "answer_tokens_median": statistics.median(tokens),
        "seconds_median": {part: round(statistics.median(values), 6) for part, values in parts.items()},
        "pages_per_second": {
            "one_after_another": round(statistics.median(alone), 4),
            "in_flight": in_flight,
            "together": round(statistics.median(together), 4),
        },
    }


def _together(reader: Reader, files: List[str], prompt: str, max_tokens: int, in_flight: int) -> float:
    started = time.perf_counter()
    pages = [reader.page(Image.open(file), prompt) for file in files]
    longest = max(len(page.ids) for page in pages)
    for _ in reader.read_many(pages, in_flight, max_tokens, longest):
        pass
    return time.perf_counter() - started
