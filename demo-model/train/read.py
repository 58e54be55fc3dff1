"""Reads the documents of ../evaluate with a checkpoint, many at once on one device, in float32 and greedily.

    python3 read.py WEIGHTS.safetensors DOCUMENTS ANSWERS.json [--limit N]

The same answers as transformers' generate (see check_transformers.py), in seconds instead of minutes; the official tables are made by
../evaluate with transformers and with the engine.
"""
import argparse
import os
import sys

import numpy as np
import torch
from PIL import Image

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../evaluate"))

import answers
import tokenizer
import weights
from damage import MEAN, STD
from model import DemoModel, generate, scaled_size
from prompts import questions


def pixels(picture):
    """Normalised float32 [3,H,W] of a PIL picture."""
    h, w = scaled_size(*picture.size[::-1])
    x = np.asarray(picture.convert("RGB").resize((w, h), Image.BICUBIC), np.float32) / 255
    return torch.from_numpy(((x - np.array(MEAN, np.float32)) / np.array(STD, np.float32)).transpose(2, 0, 1).copy())


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
    truth = answers.truth(a.documents)
    jobs, seen = [], {}
    for name, entry in list(truth.items())[:a.limit]:
        seen[name] = pixels(Image.open(os.path.join(a.documents, name)))
        jobs += [(name, task, tokenizer.encode(prompt) + [tokenizer.USER]) for task, prompt in questions(name, entry).items()]
    jobs.sort(key=lambda job: (job[1], -sum(len(line["text"]) + 13 for line in truth[job[0]]["lines"])))
    out = {}
    for start in range(0, len(jobs), a.batch):
        part = jobs[start:start + a.batch]
        for (name, task, _), ids in zip(part, generate(net, [seen[name] for name, _, _ in part], [prompt for *_, prompt in part])):
            out.setdefault(name, {})[task] = tokenizer.decode(ids)
    answers.save(a.answers, dict(reader="train/model.py, fp32", weights_sha256=answers.checksum(a.weights)), a.documents, out)


if __name__ == "__main__":
    main()
