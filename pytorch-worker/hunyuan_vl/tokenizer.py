"""Byte-level BPE read from tokenizer.json."""

import json
from pathlib import Path
from typing import Dict, Iterable, List, Tuple

import regex


def _byte_alphabet() -> Dict[int, str]:
    """GPT-2's map of bytes to printable characters, which byte-level vocabularies are written in."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = {byte: chr(byte) for byte in kept}
    for byte in range(256):
        if byte not in alphabet:
            alphabet[byte] = chr(256 + len(alphabet) - len(kept))
    return alphabet


class Tokenizer:
    """Text <-> token ids. Text is always ordinary text: the strings of special tokens get no special ids."""

    def __init__(self, path):
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        merges = (m.split(" ") if isinstance(m, str) else m for m in data["model"]["merges"])
        self._rank = {tuple(pair): rank for rank, pair in enumerate(merges)}
        self._id = data["model"]["vocab"]
        self._special = {token["id"] for token in data["added_tokens"] if token["special"]}
        self._letters = _byte_alphabet()
        byte_of = {letter: byte for byte, letter in self._letters.items()}
        self._bytes = {
            number: bytes(byte_of[letter] for letter in token)
            for token, number in self._id.items()
            if number not in self._special
        }
        splits = [p for p in data["pre_tokenizer"]["pretokenizers"] if p["type"] == "Split"]
        self._splits = [regex.compile(p["pattern"]["Regex"]) for p in splits]

    def encode(self, text: str) -> List[int]:
        """Token ids of ordinary text."""
        pieces = [text]
        for pattern in self._splits:
            pieces = [part for piece in pieces for part in _isolate(pattern, piece)]
        return [self._id[token] for piece in pieces for token in self._merge(piece)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of the ids; special tokens and ids beyond the vocabulary give nothing."""
        return b"".join(self._bytes.get(number, b"") for number in ids).decode("utf-8", "replace")

    def _merge(self, piece: str) -> List[str]:
        parts = [self._letters[byte] for byte in piece.encode("utf-8")]
        while len(parts) > 1:
            ranks: List[Tuple[int, int]] = [
                (self._rank[pair], place) for place, pair in enumerate(zip(parts, parts[1:])) if pair in self._rank
            ]
            if not ranks:
                break
            _, place = min(ranks)
            parts[place:place + 2] = [parts[place] + parts[place + 1]]
        return parts


def _isolate(pattern, text: str) -> List[str]:
    """Cuts the text so that every match, and every stretch between matches, is a piece of its own."""
    pieces, end = [], 0
    for match in pattern.finditer(text):
        pieces += [text[end:match.start()], match.group()]
        end = match.end()
    return [piece for piece in pieces + [text[end:]] if piece]
