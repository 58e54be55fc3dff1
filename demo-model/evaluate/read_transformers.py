"""Reads the evaluation documents with the reference, in float32 and greedily: what our engine's answers are compared with.

    python3 read_transformers.py CHECKPOINT DOCUMENTS ANSWERS.json [--processes 14] [--backend transformers|plain]

`transformers` needs torch and transformers 5.17. `plain` is the plain PyTorch of ../../pytorch-worker for machines without transformers (Debian's
python3-torch will do): the golden vectors and ../train/check_transformers.py show that both compute the same. The answers file says which it was.
"""
import argparse
import concurrent.futures
import json
import math
import multiprocessing
import os
import sys
import time

import numpy as np
import torch
from PIL import Image

import answers
from prompts import MOST_TOKENS, questions

START, END, PLACE, BEGIN, USER = ("<｜hy_place▁holder▁no▁100｜>", "<｜hy_place▁holder▁no▁101｜>", "<｜hy_place▁holder▁no▁102｜>", "<｜hy_begin▁of▁sentence｜>", "<｜hy_User｜>")


class Transformers:
    def __init__(self, folder):
        import transformers
        self.model = transformers.HunYuanVLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa").eval()
        self.tokens = transformers.PreTrainedTokenizerFast(tokenizer_file=os.path.join(folder, "tokenizer.json"))
        self.name = "transformers " + transformers.__version__
        with open(os.path.join(folder, "preprocessor_config.json")) as f: self.config = json.load(f)

    def patches(self, picture):
        """float32 [N,768] and (rows, columns) of the patch grid"""
        w, h = picture.size
        low, high = self.config["min_pixels"], self.config["max_pixels"]
        height, width = round(h / 32) * 32, round(w / 32) * 32
        if height * width > high:
            b = math.sqrt(h * w / high)
            height, width = (max(32, math.floor(v / b / 32) * 32) for v in (h, w))
        elif height * width < low:
            b = math.sqrt(low / (h * w))
            height, width = (math.ceil(v * b / 32) * 32 for v in (h, w))
        x = np.asarray(picture.convert("RGB").resize((width, height), Image.BICUBIC), np.float32) / 255
        x = (x - np.array(self.config["image_mean"], np.float32)) / np.array(self.config["image_std"], np.float32)
        x = x.reshape(height // 16, 16, width // 16, 16, 3).transpose(0, 2, 4, 1, 3).reshape(-1, 768)
        return torch.from_numpy(x.copy()), height // 16, width // 16

    @torch.inference_mode()
    def read(self, picture, prompt):
        """(answer, None or "length")"""
        patches, rows, columns = self.patches(picture)
        n, id_of = rows // 2 * (columns // 2 + 1) + 2, self.tokens.convert_tokens_to_ids
        ids = torch.tensor([[id_of(BEGIN), id_of(START)] + [id_of(PLACE)] * n + [id_of(END)] + self.tokens.encode(prompt, add_special_tokens=False) + [id_of(USER)]])
        out = self.model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), mm_token_type_ids=(ids == id_of(PLACE)).int(), pixel_values=patches,
                                  image_grid_thw=torch.tensor([[1, rows, columns]]), max_new_tokens=MOST_TOKENS, do_sample=False)[0, ids.shape[1]:]
        return self.tokens.decode(out, skip_special_tokens=True), "length" if len(out) == MOST_TOKENS else None


class Plain:
    def __init__(self, folder):
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pytorch-worker"))
        from hunyuan_vl.reader import Reader
        self.reader, self.name = Reader(folder), "plain PyTorch " + torch.__version__

    def read(self, picture, prompt):
        answer = self.reader.read(self.reader.page(picture, prompt), MOST_TOKENS)
        return self.reader.tokenizer.decode(answer.tokens), None if answer.finish == "stop" else answer.finish


def _load(backend, folder):
    global _reader
    torch.set_num_threads(1)
    _reader = dict(transformers=Transformers, plain=Plain)[backend](folder)


def _read(path, prompt):
    return (_reader.name, *_reader.read(Image.open(path), prompt))


def read(backend, folder, documents, processes):
    """(answers, stopped, the reader's name); the documents are shared among processes of one thread each"""
    jobs = [(name, task, prompt) for name, entry in answers.truth(documents).items() for task, prompt in questions(name, entry).items()]
    out, stopped, reader = {}, {}, None
    with concurrent.futures.ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _load, (backend, folder)) as pool:
        read = pool.map(_read, [os.path.join(documents, name) for name, *_ in jobs], [prompt for *_, prompt in jobs])
        for (name, task, _), (reader, text, why) in zip(jobs, read):
            out.setdefault(name, {})[task] = text
            if why: stopped.setdefault(name, {})[task] = why
    return out, stopped, reader


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("checkpoint")
    a.add_argument("documents", help="folder of render.py")
    a.add_argument("answers", help="file to write")
    a.add_argument("--processes", type=int, default=1)
    a.add_argument("--backend", choices=("transformers", "plain"), default="transformers")
    a = a.parse_args()
    started = time.time()
    out, stopped, reader = read(a.backend, a.checkpoint, a.documents, a.processes)
    weights = answers.checksum(os.path.join(a.checkpoint, "model.safetensors"))
    answers.save(a.answers, dict(reader=reader + ", fp32", weights_sha256=weights), a.documents, out, stopped)
    print(f"{sum(map(len, out.values()))} answers, {sum(map(len, stopped.values()))} stopped, {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
