"""Reads one picture, or measures plain PyTorch on many.

  reference.py --checkpoint DIR --picture FILE [--task spotting|text|translate-en|translate-zh] [--prompt TEXT] [--fields A,B]
  reference.py --checkpoint DIR --bench --pages FILE... [--in-flight N] [--repeat R]
"""

import argparse
import json
import sys

import torch
from PIL import Image

from hunyuan_vl.benchmark import measure
from hunyuan_vl.reader import PROMPTS, Reader, fields_prompt
from hunyuan_vl.threads import limit_threads


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--picture")
    parser.add_argument("--task", choices=sorted(PROMPTS), default="spotting")
    parser.add_argument("--prompt", help="free prompt instead of a task")
    parser.add_argument("--fields", help="field names separated by commas: EXTRACT instead of a task")
    parser.add_argument("--max-tokens", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16", "float16"], default="float32")
    parser.add_argument("--json", action="store_true", help="tokens and times beside the text")
    parser.add_argument("--bench", action="store_true")
    parser.add_argument("--pages", nargs="+", default=[])
    parser.add_argument("--in-flight", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    if options.bench and not options.pages:
        parser.error("--bench needs --pages FILE...")
    if not options.bench and not options.picture:
        parser.error("give --picture FILE, or --bench --pages FILE...")
    return options


def main() -> int:
    options = arguments()
    limit_threads(options.threads)
    reader = Reader(options.checkpoint, getattr(torch, options.dtype), options.device)
    prompt = options.prompt or (fields_prompt(options.fields.split(",")) if options.fields else PROMPTS[options.task])
    if options.bench:
        print(json.dumps(measure(reader, options.pages, prompt, options.max_tokens, options.in_flight, options.repeat), indent=1))
        return 0
    page = reader.page(Image.open(options.picture), prompt)
    answer = reader.read(page, options.max_tokens)
    text = reader.tokenizer.decode(answer.tokens)
    if not options.json:
        print(text)
        return 0
    seconds = {"patches": page.seconds, **answer.seconds}
    report = {
        "text": text,
        "finish": answer.finish,
        "prompt_tokens": len(page.ids),
        "grid": page.grid,
        "tokens": answer.tokens,
        "seconds": {part: round(value, 6) for part, value in seconds.items()},
    }
    print(json.dumps(report, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError) as wrong:
        sys.exit(str(wrong))
