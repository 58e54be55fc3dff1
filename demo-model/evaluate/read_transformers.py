"""Reads the evaluation documents with transformers (float32, greedy, one by one): the reference for our engine.

    python3 read_transformers.py CHECKPOINT DOCUMENTS ANSWERS.json [FIRST LAST]

Needs torch and transformers 5.17. FIRST and LAST pick documents by number, to share the work between processes.
"""
import json
import math
import os
import sys

import numpy as np
import torch
from PIL import Image
from transformers import HunYuanVLForConditionalGeneration, PreTrainedTokenizerFast

import score

START, END, PLACE, BEGIN, USER = ("<｜hy_place▁holder▁no▁100｜>", "<｜hy_place▁holder▁no▁101｜>", "<｜hy_place▁holder▁no▁102｜>", "<｜hy_begin▁of▁sentence｜>", "<｜hy_User｜>")


class Reader:
    def __init__(self, folder):
        self.model = HunYuanVLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa").eval()
        self.tokens = PreTrainedTokenizerFast(tokenizer_file=os.path.join(folder, "tokenizer.json"))
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
    def __call__(self, picture, prompt, limit=1500):
        patches, rows, columns = self.patches(picture)
        n, id_of = rows // 2 * (columns // 2 + 1) + 2, self.tokens.convert_tokens_to_ids
        ids = torch.tensor([[id_of(BEGIN), id_of(START)] + [id_of(PLACE)] * n + [id_of(END)] + self.tokens.encode(prompt, add_special_tokens=False) + [id_of(USER)]])
        out = self.model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), mm_token_type_ids=(ids == id_of(PLACE)).int(), pixel_values=patches,
                                  image_grid_thw=torch.tensor([[1, rows, columns]]), max_new_tokens=limit, do_sample=False)
        return self.tokens.decode(out[0, ids.shape[1]:], skip_special_tokens=True)


def main(checkpoint, documents, target, first=0, last=10 ** 9):
    reader = Reader(checkpoint)
    with open(os.path.join(documents, "truth.json"), encoding="utf8") as f: truth = json.load(f)
    answers = {}
    for name, entry in list(truth.items())[int(first):int(last)]:
        picture = Image.open(os.path.join(documents, name))
        answers[name] = {task: reader(picture, prompt) for task, prompt in score.questions(name, entry).items()}
        print(name, flush=True)
    with open(target, "w", encoding="utf8") as f: json.dump(answers, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:6])
