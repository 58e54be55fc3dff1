"""The demo model's tokenizer: byte-level BPE in the form of a Hugging Face `tokenizer.json`.

Vocabulary: 10 special tokens, 256 bytes, groups of 2 and 3 digits, common CJK punctuation and the 3,755 level-1 Han of GB 2312.
A Latin letter, a Han and a group of up to three digits are one token each; any other UTF-8 text round-trips as bytes.
The ids are fixed: the published checkpoint and the engine's golden vectors are built on them.
"""
import re


def _gb2312(first, last):
    """Characters of the GB 2312 rows `first`..`last` - 1 (lead bytes)."""
    out = []
    for lead in range(first, last):
        for trail in range(0xA1, 0xFF):
            try:
                out.append(bytes([lead, trail]).decode("gb2312"))
            except UnicodeDecodeError:
                pass                                   # a hole in the table
    return out


HAN = _gb2312(0xB0, 0xD8)
HAN_SET = frozenset(HAN)
SYMBOLS = "，。、：；？！（）《》【】“”‘’—…·￥¥€£°×±℃№／－～"
_PLACEHOLDER = "<｜hy_place▁holder▁no▁%d｜>"
SPECIAL = ["<｜hy_begin▁of▁sentence｜>", "<｜hy_end▁of▁sentence｜>", "<｜hy_▁pad▁｜>", "<｜hy_User｜>", "<｜hy_Assistant｜>",
           _PLACEHOLDER % 2, _PLACEHOLDER % 100, _PLACEHOLDER % 101, _PLACEHOLDER % 102, _PLACEHOLDER % 103]
BOS, EOS_SENTENCE, PAD, USER, ASSISTANT, EOS, IMAGE_START, IMAGE_END, IMAGE, IMAGE_NEWLINE = range(10)


def _bytes_to_unicode():
    """GPT-2's printable stand-in for every byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in printable]
    return dict(zip(printable + rest, map(chr, printable + [256 + i for i in range(len(rest))])))


BYTE_TO_CHAR = _bytes_to_unicode()
CHAR_TO_BYTE = {c: b for b, c in BYTE_TO_CHAR.items()}


def _stand_in(raw):
    return "".join(BYTE_TO_CHAR[b] for b in raw)


def _build():
    vocabulary = {s: i for i, s in enumerate(SPECIAL)}
    merges, seen = [], set()
    for b in range(256):
        vocabulary[BYTE_TO_CHAR[b]] = len(vocabulary)

    def merge(left, right):
        if (left, right) not in seen:
            seen.add((left, right))
            merges.append([left, right])
        vocabulary.setdefault(left + right, len(vocabulary))

    digits = "0123456789"
    for a in digits:
        for b in digits:
            merge(a, b)
    for a in digits:
        for b in digits:
            for c in digits:
                merge(a + b, c)
                merge(a, b + c)
    wide = [_stand_in(c.encode()) for c in list(SYMBOLS) + HAN]
    for w in wide:
        merge(w[0], w[1])
    for w in wide:
        if len(w) == 3:
            merge(w[:2], w[2])
    return vocabulary, merges


VOCABULARY, MERGES = _build()
SIZE = (len(VOCABULARY) + 63) // 64 * 64


def _split(pattern):
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def tokenizer_json():
    """The whole tokenizer as the dictionary that `tokenizer.json` holds."""
    rest = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
            r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": s, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                          "special": True} for i, s in enumerate(SPECIAL)],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [_split(r"\p{N}{1,3}"), _split("[一-龥぀-ゟ゠-ヿ]+"), _split(rest), byte_level]},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, "vocab": VOCABULARY, "merges": MERGES}}


CHAT_TEMPLATE = (
    "{%- for m in messages -%}{%- if loop.first -%}{{ '<｜hy_begin▁of▁sentence｜>' }}{%- endif -%}{%- if m['role'] == 'assistant' -%}{{ m['content'] + '<｜hy_place▁holder▁no▁2｜>' }}{%- else -%}"
    "{%- if m['content'] is string -%}{{ m['content'] }}{%- else -%}{%- for c in m['content'] -%}{%- if c['type'] == 'image' -%}{{ '<｜hy_place▁holder▁no▁100｜><｜hy_place▁holder▁no▁102｜><｜hy_place▁holder▁no▁101｜>' }}{%- elif c['type'] == 'text' -%}{{ c['text'] }}{%- endif -%}{%- endfor -%}{%- endif -%}"
    "{%- if m['role'] == 'user' -%}{{ '<｜hy_User｜>' }}{%- endif -%}{%- endif -%}{%- endfor -%}")


def tokenizer_config():
    """The dictionary that `tokenizer_config.json` holds."""
    return {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 4096, "clean_up_tokenization_spaces": False,
            "bos_token": SPECIAL[BOS], "eos_token": SPECIAL[EOS], "pad_token": SPECIAL[PAD],
            "extra_special_tokens": {"image_token": SPECIAL[IMAGE], "image_start_token": SPECIAL[IMAGE_START],
                                     "image_end_token": SPECIAL[IMAGE_END]},
            "chat_template": CHAT_TEMPLATE, "processor_class": "HunYuanVLProcessor"}


# A fast encoder for what training writes; equal to the BPE above on this alphabet.
_ONE = {chr(b): VOCABULARY[BYTE_TO_CHAR[b]] for b in range(128)}
_ONE.update({c: VOCABULARY[_stand_in(c.encode())] for c in list(SYMBOLS) + HAN})
_ONE.update({f"{i:0{n}d}": VOCABULARY[f"{i:0{n}d}"] for n in (2, 3) for i in range(10 ** n)})
_PIECE = re.compile(r"[0-9]{1,3}|.", re.S)
_TOKEN = {i: t for t, i in VOCABULARY.items()}
NUMBER = [_ONE[str(i)] for i in range(1000)]           # ids of 0..999, the coordinates that are one token


def encode(text):
    """Token ids of `text`; a character outside ASCII, SYMBOLS and HAN raises KeyError."""
    return [_ONE[p] for p in _PIECE.findall(text)]


def one(character):
    """The id of a character that is one token."""
    return _ONE[character]


def knows(character):
    """Whether `character` is one token of the trained alphabet."""
    return len(character) == 1 and character in _ONE


def decode(ids):
    """Text of token ids; special tokens are left out, bytes that are no UTF-8 become U+FFFD."""
    raw = bytes(CHAR_TO_BYTE[c] for i in ids if i >= len(SPECIAL) and i in _TOKEN for c in _TOKEN[i])
    return raw.decode("utf8", "replace")
