"""What transformers makes of a random checkpoint of the public size: the yardstick of `bench forced`.

  reference.py make --shape DIR --out DIR [--seed 1]            a checkpoint of random weights (bf16) with transformers' own initialisation;
                                                                DIR comes from `onnx-export make-random` and gives config and tokenizer
  reference.py force --checkpoint DIR --out DIR [--tokens 128]  eight pictures, greedy tokens, logits and vision vectors in fp32
  reference.py pages --out DIR [--count 64]                     pages as JPEG, 1280 pixels wide and 960 high or --width W --height H
  reference.py documents --demo DIR --dtype float16 --out FILE  the golden documents with transformers in 16 bits: how many texts stay
  reference.py speed --checkpoint DIR --page FILE               PyTorch eager and SDPA, bf16: 1, 8 and 32 pages of 256 tokens as one batch

force writes forced.json and raw little-endian float32 beside it; TF32 is off.
"""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

import result_file

SIZES = [(640, 640), (512, 800), (960, 1280), (1024, 768), (600, 700), (1280, 720), (800, 1216), (352, 800)]
TEXT = "检测并识别图片中的文字，将文本坐标格式化输出。"
WORDS = "Total amount due receipt invoice number date place name street city telephone order quantity price sum tax net gross page of".split()


def page(width: int, height: int, seed: int) -> Image.Image:
    """Lines of words on paper with some colour, so that no two pages are alike."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), tuple(int(c) for c in rng.integers(225, 256, 3)))
    draw = ImageDraw.Draw(image)
    for y in range(20, height - 30, 26):
        words = [WORDS[i] for i in rng.integers(0, len(WORDS), 12)] + [str(rng.integers(0, 10**6))]
        draw.text((20 + int(rng.integers(0, 60)), y), " ".join(words), fill=tuple(int(c) for c in rng.integers(0, 90, 3)))
    for _ in range(4):
        x, y = int(rng.integers(0, width - 80)), int(rng.integers(0, height - 60))
        draw.rectangle([x, y, x + 70, y + 40], outline=(180, 30, 30), width=3)
    return image


def load(checkpoint: str, dtype, attention: str):
    from transformers import HunYuanVLForConditionalGeneration
    from transformers.models.hunyuan_vl.image_processing_pil_hunyuan_vl import HunYuanVLImageProcessorPil

    model = HunYuanVLForConditionalGeneration.from_pretrained(checkpoint, dtype=dtype, attn_implementation=attention).to("cuda").eval()
    return model, HunYuanVLImageProcessorPil.from_pretrained(checkpoint), json.loads((Path(checkpoint) / "config.json").read_text())


def make(options) -> None:
    from transformers import AutoConfig, HunYuanVLForConditionalGeneration

    torch.manual_seed(options.seed)
    shape = Path(options.shape)
    written = json.loads((shape / "config.json").read_text())
    # transformers wants the key, and this model multiplies nothing by it.
    written["text_config"]["rope_parameters"].setdefault("factor", 1.0)
    (shape / "config.json").write_text(json.dumps(written, indent=1))
    config = AutoConfig.from_pretrained(options.shape)
    with torch.device("cuda"):
        model = HunYuanVLForConditionalGeneration(config)
    print("parameters", sum(p.numel() for p in model.parameters()))
    model.to(torch.bfloat16).save_pretrained(options.out)
    for name in ("config.json", "tokenizer.json", "preprocessor_config.json"):
        shutil.copy(Path(options.shape) / name, Path(options.out) / name)


def ask(model, processor, config, image, device="cuda"):
    batch = processor(images=[image], return_tensors="pt")
    grid = batch["image_grid_thw"]
    count = int(grid[0, 1] // 2 * (grid[0, 2] // 2 + 1) + 2)
    begin = config["text_config"]["bos_token_id"]
    ids = [begin, config["im_start_id"], *[config["image_token_id"]] * count, config["im_end_id"], *range(1000, 1015), config.get("user_id", 120006)]
    inputs = torch.tensor([ids], device=device)
    return ids, dict(
        input_ids=inputs,
        attention_mask=torch.ones_like(inputs),
        mm_token_type_ids=(inputs == config["image_token_id"]).int(),
        pixel_values=batch["pixel_values"].to(device),
        image_grid_thw=grid.to(device),
    )


@torch.inference_mode()
def force(options) -> None:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    model, processor, config = load(options.checkpoint, torch.float32, "eager")
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    pages = []
    for number, (height, width) in enumerate(SIZES):
        image = page(width, height, 100 + number)
        image.save(out / f"{number}.png")
        ids, inputs = ask(model, processor, config, image)
        vectors = model.model.vision_tower(inputs["pixel_values"], grid_thw=inputs["image_grid_thw"]).pooler_output
        np.ascontiguousarray(vectors.reshape(-1, vectors.shape[-1]).float().cpu().numpy(), "<f4").tofile(out / f"{number}.vision")
        made = model.generate(**inputs, max_new_tokens=options.tokens, min_new_tokens=options.tokens, do_sample=False, repetition_penalty=1.0,
                              return_dict_in_generate=True, output_logits=True)
        logits = torch.cat(made.logits).float().cpu()
        np.ascontiguousarray(logits.numpy(), "<f4").tofile(out / f"{number}.logits")
        tokens = made.sequences[0, len(ids):].tolist()
        best = logits.topk(2).values
        wide = int((best[:, 0] - best[:, 1] > 0.05).sum())
        pages.append(dict(file=f"{number}.png", prompt_ids=ids, tokens=tokens, logits=f"{number}.logits", vision=f"{number}.vision"))
        print(f"{number}.png {width}x{height}: {len(ids)} prompt tokens, {len(tokens)} tokens, {len(set(tokens))} different, {wide} with a gap above 0.05, "
              f"logits std {logits.std():.3f}", flush=True)
    (out / "forced.json").write_text(json.dumps(dict(torch=torch.__version__, pages=pages)))


@torch.inference_mode()
def documents(options) -> None:
    """How often transformers itself, in 16 bits, gives the text of its own 32 bits."""
    sys.path.insert(0, str(Path(options.demo) / "golden"))
    import make_golden

    golden = json.loads((Path(options.demo) / "golden" / "golden.json").read_text(encoding="utf-8"))
    backend = make_golden.Transformers(str(Path(options.demo) / "checkpoint"), "cuda", "sdpa")
    backend.model.to(getattr(torch, options.dtype))
    equal, differences = 0, []
    for document in golden["documents"]:
        answer = document["answers"][0]
        batch = backend.processor(images=[Image.open(Path(options.demo) / "documents" / document["file"]).convert("RGB")], return_tensors="pt")
        inputs = torch.tensor([answer["prompt_ids"]], device="cuda")
        out = backend.model.generate(input_ids=inputs, attention_mask=torch.ones_like(inputs), mm_token_type_ids=(inputs == backend.image_id).int(),
                                     pixel_values=batch["pixel_values"].to("cuda", backend.model.dtype), image_grid_thw=batch["image_grid_thw"].to("cuda"),
                                     max_new_tokens=golden["max_tokens"], do_sample=False, repetition_penalty=1.0)
        tokens = out[0, inputs.shape[1]:].tolist()
        same = next((i for i, (a, b) in enumerate(zip(tokens, answer["tokens"])) if a != b), min(len(tokens), len(answer["tokens"])))
        if tokens == answer["tokens"]:
            equal += 1
        else:
            differences.append(dict(file=document["file"], first_difference=same, gap=answer["gaps"][same]))
    result = dict(engine=f"transformers sdpa {options.dtype}", weights_sha256=golden["weights_sha256"], documents=len(golden["documents"]), equal=equal,
                  largest_gap=max((d["gap"] for d in differences), default=0), differences=differences)
    print(json.dumps({k: v for k, v in result.items() if k != "differences"}), flush=True)
    if options.out:
        result_file.write(options.out, "documents", result)


def pages(options) -> None:
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    for number in range(options.count):
        page(options.width, options.height, number).save(out / f"page-{number:02}.jpg", quality=88)


@torch.inference_mode()
def speed(options) -> None:
    rows = []
    image = Image.open(options.page).convert("RGB")
    for attention in ("eager", "sdpa"):
        model, processor, config = load(options.checkpoint, torch.bfloat16, attention)
        ids, inputs = ask(model, processor, config, image)
        inputs["pixel_values"] = inputs["pixel_values"].to(torch.bfloat16)

        def run(batch, tokens):
            torch.cuda.synchronize()
            started = time.perf_counter()
            model.generate(**batch, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False)
            torch.cuda.synchronize()
            return time.perf_counter() - started

        # The same page several times: what a batch without padding takes.
        for count in (1, 8, 32):
            batch = {name: value.repeat(count, *[1] * (value.dim() - 1)) for name, value in inputs.items()}
            torch.cuda.reset_peak_memory_stats()
            try:
                run(batch, 4)
                first, whole = min(run(batch, 1) for _ in range(2)), run(batch, 256)
            except torch.cuda.OutOfMemoryError as full:
                print(f"{attention}, {count}: {full}", file=sys.stderr)
                break
            rows.append(dict(engine=f"pytorch {attention} bf16", in_flight=count, prompt_tokens=len(ids), first_ms=round(first * 1e3, 1), decode_ms=round((whole - first) / 255 * 1e3, 3),
                             page_s=round(whole, 3), pages_per_s=round(count / whole, 2), peak_mib=round(torch.cuda.max_memory_allocated() / 2**20)))
            print(json.dumps(rows[-1]), flush=True)
            if options.out:
                result_file.write(options.out, "pytorch", rows)
        del model
        torch.cuda.empty_cache()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["make", "force", "pages", "speed", "documents"])
    for name in ("--shape", "--checkpoint", "--out", "--page", "--demo", "--dtype"):
        parser.add_argument(name)
    for name, value in (("--seed", 1), ("--tokens", 128), ("--count", 64), ("--width", 1280), ("--height", 960)):
        parser.add_argument(name, type=int, default=value)
    options = parser.parse_args()
    verb, *needed = {"make": (make, "shape", "out"), "force": (force, "checkpoint", "out"), "pages": (pages, "out"),
                     "speed": (speed, "checkpoint", "page"), "documents": (documents, "demo", "dtype")}[options.verb]
    if missing := [f"--{name}" for name in needed if getattr(options, name) is None]:
        parser.error(f"{options.verb} needs {' and '.join(missing)}")
    verb(options)


if __name__ == "__main__":
    main()
