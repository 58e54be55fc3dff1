"""Tests of the training code on a CPU with Debian's python3-torch, python3-numpy, python3-pil and python3-fonttools.

    python3 -m unittest discover -s demo-model/train -t demo-model/train

The fonts of Debian's fonts-dejavu-core serve for both scripts; a pack of fonts.py is not needed.
"""
import glob
import json
import os
import sys
import tempfile

TRAIN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TRAIN)
sys.path.append(os.path.join(TRAIN, "../evaluate"))


def _small_pack(folder):
    """A stand-in for a font pack: DejaVu for both scripts, a few words."""
    for kind in ("latin", "han"):
        os.makedirs(f"{folder}/{kind}")
        for path in glob.glob("/usr/share/fonts/truetype/dejavu/DejaVuSans*.ttf")[:3]:
            os.symlink(path, f"{folder}/{kind}/{os.path.basename(path)}")
    for name, words in (("words.txt", "river stone cloud lamp anchor"), ("words_zh.txt", "山水 天地 日月 风雨")):
        with open(f"{folder}/{name}", "w", encoding="utf8") as f: f.write(words)
    with open(f"{folder}/lookalikes.json", "w", encoding="utf8") as f: json.dump({"土": "士", "未": "末"}, f)


_folder = tempfile.TemporaryDirectory()
_small_pack(_folder.name)
os.environ["FONTS"] = _folder.name

import torch

torch.set_num_threads(1)      # more threads wait for one another on a busy machine
