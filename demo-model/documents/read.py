"""Reads the pages of one or both sets with the plain PyTorch reference and scores them.

  read.py [documents] [samples] [--checkpoint DIR] [--answers FILE] [--threads N] [--show]
"""

import argparse
import json
import sys
from pathlib import Path

from PIL import Image

from score import spotted, table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT.parent / "pytorch-worker"))
from hunyuan_vl.reader import PROMPTS, Reader, fields_prompt  # noqa: E402  (found through the path set above)
from hunyuan_vl.threads import limit_threads  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["documents", "samples"])
    parser.add_argument("--checkpoint", default=str(ROOT / "checkpoint"))
    parser.add_argument("--answers", help="keep the answers in this JSON file")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--max-tokens", type=int, default=600)
    parser.add_argument("--show", action="store_true", help="print what was read")
    options = parser.parse_args()
    limit_threads(options.threads)
    reader, answers, truth = Reader(options.checkpoint), {}, {}
    for name in options.sets:
        pages = json.loads((ROOT / name / "truth.json").read_text(encoding="utf-8"))
        truth.update(pages)
        for file, entry in pages.items():
            image = Image.open(ROOT / name / file)
            asked = {"spotting": PROMPTS["spotting"]}
            if "fields" in entry:
                asked["fields"] = fields_prompt(entry["fields"])
            if "translate" in entry:
                asked["translate"] = PROMPTS["translate-" + entry["translate"]["to"]]
            ask = lambda prompt: reader.tokenizer.decode(reader.read(reader.page(image, prompt), options.max_tokens).tokens)
            answers[file] = {task: ask(prompt) for task, prompt in asked.items()}
            if options.show:
                show(file, entry, answers[file])
    print("\n".join(table(truth, answers)[0]))
    if options.answers:
        Path(options.answers).write_text(json.dumps(answers, ensure_ascii=False, indent=1), encoding="utf-8")


def show(file: str, entry: dict, answer: dict) -> None:
    """Prints the lines that the truth and the answer do not share, and the other answers whole."""
    read, wanted = [text for text, _ in spotted(answer["spotting"])], [line["text"] for line in entry["lines"]]
    print(file, "\n  missed  ", [t for t in wanted if t not in read], "\n  instead ", [t for t in read if t not in wanted])
    for task in ("fields", "translate"):
        if task in answer:
            print(f"  {task:9s}", answer[task].replace("\n", " | "))


if __name__ == "__main__":
    main()
