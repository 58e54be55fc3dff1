"""Reads the documents of ../evaluate with a checkpoint, many at once on one device, in float32 and greedily.

    python3 read.py WEIGHTS.safetensors DOCUMENTS ANSWERS.json [--limit N]

The same answers as transformers' generate (see check_transformers.py), in seconds instead of minutes; the official tables are made by
../evaluate with transformers and with the engine.
"""
import argparse
import importlib.util
import json
import math
import os

import numpy as np
import torch
from PIL import Image

import tokenizer
import weights
from damage import MEAN, STD
from model import LEAST_PIXELS, MOST_PIXELS, DemoModel, generate


def scaled_size(width, height):
    """(height, width) in multiples of 32 between the least and the most pixels, as the processor chooses them."""
    h, w = round(height / 32) * 32, round(width / 32) * 32
    if h * w > MOST_PIXELS:
        b = math.sqrt(height * width / MOST_PIXELS)
        h, w = max(32, math.floor(height / b / 32) * 32), max(32, math.floor(width / b / 32) * 32)
    elif h * w < LEAST_PIXELS:
        b = math.sqrt(LEAST_PIXELS / (height * width))
        h, w = math.ceil(height * b / 32) * 32, math.ceil(width * b / 32) * 32
    return h, w


def pixels(picture):
    """Normalised float32 [3,H,W] of a PIL picture."""
    h, w = scaled_size(*picture.size)
    x = np.asarray(picture.convert("RGB").resize((w, h), Image.BICUBIC), np.float32) / 255
    return torch.from_numpy(((x - np.array(MEAN, np.float32)) / np.array(STD, np.float32)).transpose(2, 0, 1).copy())


def score_module():
    spec = importlib.util.spec_from_file_location("score", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../evaluate/score.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("weights")
    a.add_argument("documents")
    a.add_argument("answers")
    a.add_argument("--limit", type=int, default=10 ** 9, help="only the first N documents")
    a.add_argument("--batch", type=int, default=96)
    a = a.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = DemoModel()
    net.load_state_dict(weights.load(a.weights))
    net = net.to(device).eval()
    with open(os.path.join(a.documents, "truth.json"), encoding="utf8") as f: truth = json.load(f)
    questions = score_module().questions
    jobs, seen = [], {}
    for name, entry in list(truth.items())[:a.limit]:
        seen[name] = pixels(Image.open(os.path.join(a.documents, name)))
        jobs += [(name, task, tokenizer.encode(prompt) + [tokenizer.USER]) for task, prompt in questions(name, entry).items()]
    jobs.sort(key=lambda job: (job[1], -sum(len(line["text"]) + 13 for line in truth[job[0]]["lines"])))
    answers = {}
    for start in range(0, len(jobs), a.batch):
        part = jobs[start:start + a.batch]
        for (name, task, _), ids in zip(part, generate(net, [seen[name] for name, _, _ in part], [prompt for *_, prompt in part])):
            answers.setdefault(name, {})[task] = tokenizer.decode(ids)
    with open(a.answers, "w", encoding="utf8") as f: json.dump(answers, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
