"""Answers files: who read which documents with which weights, and what was answered.

    {"made_by": {"reader", "weights_sha256", "documents_sha256", ...}, "answers": {document: {task: text}},
     "stopped": {document: {task: "repetition" or "length"}}}            stopped: answers that did not end by themselves
"""
import hashlib
import json
import os


def checksum(path):
    """SHA-256 of a file, as hexadecimal digits."""
    with open(path, "rb") as f: return hashlib.sha256(f.read()).hexdigest()


def truth(documents):
    """{document: entry} of a folder of render.py."""
    with open(os.path.join(documents, "truth.json"), encoding="utf8") as f: return json.load(f)


def save(path, made_by, documents, answers, stopped=None):
    """Writes an answers file whole or not at all."""
    made_by = dict(made_by, documents_sha256=checksum(os.path.join(documents, "truth.json")))
    with open(path + ".new", "w", encoding="utf8") as f:
        json.dump(dict(made_by=made_by, answers=answers, stopped=stopped or {}), f, ensure_ascii=False, indent=1)
    os.replace(path + ".new", path)


def load(path):
    """The content of an answers file."""
    with open(path, encoding="utf8") as f: return json.load(f)


def kept(path, documents, weights):
    """Whether `path` holds answers of weights with this checksum to exactly these documents."""
    if not os.path.exists(path): return False
    made_by = load(path)["made_by"]
    return (made_by["weights_sha256"], made_by["documents_sha256"]) == (weights, checksum(os.path.join(documents, "truth.json")))
