"""Records what the reference model does on the 24 documents; README.md describes the files.

  make_golden.py --checkpoint DIR --documents DIR --out DIR [--backend transformers|reference] [--attn eager|sdpa]

The backend "transformers" is the reference proper (5.17); "reference" is pytorch-worker's plain PyTorch, for machines
without transformers. Everything runs in fp32, with TF32 off where a GPU is used.
"""

import argparse
import hashlib
import json
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

MAX_TOKENS = 600
VISION_ROWS = 16
SPOTTING = "检测并识别图片中的文字，将文本坐标格式化输出。"
TEXT = "提取图中的文字。"
FIELDS = "提取图片中的: [{}] 的字段内容，并按照JSON格式返回。"
TRANSLATE = "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为{}。"
TEXT_ONLY = ("01-notice-zh.png", "14-letter-en.jpg", "15-form-zh.png", "22-label-en.png")


class Transformers:
    """transformers' own classes: the Pillow image processor, the model with generate."""

    def __init__(self, checkpoint: str, device: str, attention: str):
        import transformers
        from transformers import HunYuanVLForConditionalGeneration, PreTrainedTokenizerFast
        from transformers.models.hunyuan_vl.image_processing_pil_hunyuan_vl import HunYuanVLImageProcessorPil

        folder = Path(checkpoint)
        self.versions = {"transformers": transformers.__version__}
        self.device = device
        self.model = HunYuanVLForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32, attn_implementation=attention)
        self.model.to(device).eval()
        self.processor = HunYuanVLImageProcessorPil.from_pretrained(checkpoint)
        self.tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
        named = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        self.template = named["chat_template"]
        self.image_token = named["extra_special_tokens"]["image_token"]
        self.image_id = self.tokenizer.convert_tokens_to_ids(self.image_token)
        ends = self.model.generation_config.eos_token_id
        self.ends = ends if isinstance(ends, list) else [ends]

    def see(self, image: Image.Image):
        """-> patches float32 [n, 768], (grid rows, columns), vision vectors [m, hidden]."""
        batch = self.processor(images=[image], return_tensors="pt")
        patches, grid = batch["pixel_values"], batch["image_grid_thw"]
        vectors = self.model.model.vision_tower(patches.to(self.device), grid_thw=grid.to(self.device)).pooler_output
        return patches.numpy(), tuple(grid[0, 1:].tolist()), vectors.reshape(-1, vectors.shape[-1]).cpu().numpy()

    def prompt(self, text: str, grid, vectors: int):
        """The checkpoint's own chat template, with as many image tokens as the picture has vectors."""
        message = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}
        framed = self.tokenizer.apply_chat_template([message], chat_template=self.template, tokenize=False)
        framed = framed.replace(self.image_token, self.image_token * vectors)
        return self.tokenizer.encode(framed, add_special_tokens=False)

    def answer(self, ids, patches, grid, max_tokens: int):
        """-> tokens with the end token where it came, logits of every step [tokens, vocabulary]."""
        inputs = torch.tensor([ids], device=self.device)
        out = self.model.generate(
            input_ids=inputs,
            attention_mask=torch.ones_like(inputs),
            mm_token_type_ids=(inputs == self.image_id).int(),
            pixel_values=torch.from_numpy(patches).to(self.device),
            image_grid_thw=torch.tensor([[1, *grid]], device=self.device),
            max_new_tokens=max_tokens,
            do_sample=False,
            repetition_penalty=1.0,
            return_dict_in_generate=True,
            output_logits=True,
        )
        return out.sequences[0, len(ids):].tolist(), torch.cat(out.logits).float().cpu()


class Reference:
    """pytorch-worker's plain PyTorch."""

    def __init__(self, checkpoint: str, device: str, attention: str):
        sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "pytorch-worker"))
        from hunyuan_vl.reader import Page, Reader

        self.reader, self.page_of, self.versions = Reader(checkpoint, torch.float32, device), Page, {}
        self.ends = list(self.reader.checkpoint.ids.ends)

    def see(self, image: Image.Image):
        page = self.reader.page(image, "")
        vectors = self.reader.vision(page.patches.to(self.reader.device), page.grid)
        return page.patches.numpy(), page.grid, vectors.cpu().numpy()

    def prompt(self, text: str, grid, vectors: int):
        return self.reader.prompt_ids(text, grid)

    def answer(self, ids, patches, grid, max_tokens: int):
        page = self.page_of(ids, torch.from_numpy(patches), grid)
        rows = list(self.reader.logits(page, max_tokens))
        return [int(row.argmax()) for row in rows], torch.stack(rows).float().cpu()


class Store:
    """The raw file: little-endian float32 arrays one after another; the index keeps offset (in floats) and shape."""

    def __init__(self):
        self.parts, self.floats = [], 0

    def add(self, values) -> dict:
        values = np.ascontiguousarray(values, dtype="<f4")
        entry = {"offset": self.floats, "shape": list(values.shape)}
        self.parts.append(values.tobytes())
        self.floats += values.size
        return entry


def questions(name: str, entry: dict):
    """-> (task, prompt) pairs asked of a document."""
    yield "spotting", SPOTTING
    if name in TEXT_ONLY:
        yield "text", TEXT
    if "fields" in entry:
        yield "fields", FIELDS.format(",".join(f"'{field}'" for field in entry["fields"]))
    if "translate" in entry:
        yield "translate", TRANSLATE.format({"en": "英文", "zh": "中文"}[entry["translate"]["to"]])


def record(backend, file: Path, entry: dict, store: Store) -> dict:
    """Everything kept about one document."""
    image = Image.open(file)
    if image.getexif().get(0x0112, 1) != 1 or image.mode not in ("RGB", "L"):
        raise SystemExit(f"{file.name} is not an upright flat picture ({image.mode}); the reference would read it otherwise.")
    patches, grid, vectors = backend.see(image.convert("RGB"))
    rows = np.unique(np.linspace(0, len(vectors) - 1, VISION_ROWS).astype(int))
    document = {
        "file": file.name,
        "file_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "grid": list(grid),
        "patches_sha256": hashlib.sha256(np.ascontiguousarray(patches, dtype="<f4").tobytes()).hexdigest(),
        "vision_count": len(vectors),
        "vision_rows": rows.tolist(),
        "vision": store.add(vectors[rows]),
        "vision_norms": store.add(np.linalg.norm(vectors.astype(np.float64), axis=1)),
        "answers": [],
    }
    for task, prompt in questions(file.name, entry):
        ids = backend.prompt(prompt, grid, len(vectors))
        tokens, logits = backend.answer(ids, patches, grid, MAX_TOKENS)
        best = logits.topk(2).values
        ended = tokens[-1] in backend.ends
        document["answers"].append({
            "task": task,
            "prompt": prompt,
            "prompt_ids": ids,
            "first_logits": store.add(logits[0].numpy()),
            "tokens": tokens,
            "finish": "stop" if ended else "length",
            "gaps": [round(float(gap), 6) for gap in best[:, 0] - best[:, 1]],
        })
    return document


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--documents", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--backend", choices=["transformers", "reference"], default="transformers")
    parser.add_argument("--attn", choices=["eager", "sdpa"], default="eager")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    started, folder = time.time(), Path(options.documents)
    backend = {"transformers": Transformers, "reference": Reference}[options.backend](options.checkpoint, options.device, options.attn)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    store, documents = Store(), []
    with torch.inference_mode():
        for name, entry in truth.items():
            documents.append(record(backend, folder / name, entry, store))
            lengths = ", ".join(f"{a['task']} {len(a['tokens'])} ({a['finish']}, least gap {min(a['gaps']):.3f})" for a in documents[-1]["answers"])
            print(f"{name}: grid {documents[-1]['grid']}, {lengths}", flush=True)
    weights = (Path(options.checkpoint) / "model.safetensors").read_bytes()
    versions = {"torch": torch.__version__, "numpy": np.__version__, "pillow": Image.__version__, "python": platform.python_version(), **backend.versions}
    made_by = {"backend": options.backend, "attention": options.attn if options.backend == "transformers" else None, "device": options.device, "dtype": "float32", "versions": versions}
    write(Path(options.out), {"made_by": made_by, "weights_sha256": hashlib.sha256(weights).hexdigest(), "max_tokens": MAX_TOKENS}, documents, store)
    answers = [a for d in documents for a in d["answers"]]
    print(f"{len(documents)} documents, {len(answers)} answers, {sum(len(a['tokens']) for a in answers)} tokens, "
          f"{store.floats * 4} bytes of floats, {time.time() - started:.1f} s with {options.backend} {versions}")


def write(out: Path, head: dict, documents: list, store: Store) -> None:
    """golden.json with one document a line, and golden.bin."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "golden.bin").write_bytes(b"".join(store.parts))
    lines = ",\n".join(json.dumps(document, ensure_ascii=False, separators=(",", ":")) for document in documents)
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "documents": [\n' + lines + "\n]}\n"
    (out / "golden.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
