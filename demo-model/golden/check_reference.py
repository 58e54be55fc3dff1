"""Compares pytorch-worker's plain PyTorch with the golden files; exits 1 where it is out of tolerance.

  check_reference.py [--golden DIR] [--checkpoint DIR] [--documents DIR] [--threads N] [--in-flight N]

Vision vectors and first logits within 1e-3, patches bit-equal, tokens identical, alone and with --in-flight pages at once.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT.parent / "pytorch-worker"))
from hunyuan_vl.reader import Reader  # noqa: E402  (found through the path set above)
from hunyuan_vl.threads import limit_threads  # noqa: E402

TOLERANCE = 1e-3


def array(data: np.ndarray, entry: dict) -> np.ndarray:
    """One array of golden.bin."""
    count = int(np.prod(entry["shape"]))
    return data[entry["offset"]:entry["offset"] + count].reshape(entry["shape"])


def expected_tokens(golden: dict) -> list:
    """Without the end token, which the golden files keep and `Answer` does not."""
    return golden["tokens"][:-1] if golden["finish"] == "stop" else golden["tokens"]


def first_difference(mine: list, theirs: list, gaps: list) -> str:
    """"same", or the place where the answers part and the reference's lead there."""
    if mine == theirs:
        return "same"
    place = next((i for i, (a, b) in enumerate(zip(mine, theirs)) if a != b), min(len(mine), len(theirs)))
    return f"differ at {place} (gap {gaps[min(place, len(gaps) - 1)]:.4f})"


def check(reader: Reader, golden: dict, data: np.ndarray, folder: Path, limit: int, pages: list) -> bool:
    """Prints one row a document; keeps its pages for the run with many at once."""
    image, good, cells = Image.open(folder / golden["file"]), True, []
    for task in golden["answers"]:
        page = reader.page(image, task["prompt"])
        answer = reader.read(page, limit)
        if not cells:
            same_patches = hashlib.sha256(page.patches.numpy().tobytes()).hexdigest() == golden["patches_sha256"]
            vectors = answer.vision.float().cpu().numpy()
            vision = np.abs(vectors[golden["vision_rows"]] - array(data, golden["vision"])).max()
            norms = np.abs(np.linalg.norm(vectors.astype(np.float64), axis=1) - array(data, golden["vision_norms"])).max()
            good &= same_patches and vision <= TOLERANCE and norms <= TOLERANCE * 4
            cells.append(f"patches {'same' if same_patches else 'DIFFER'}  vision {vision:.1e}  norms {norms:.1e}")
        logits = np.abs(answer.first_logits.float().cpu().numpy() - array(data, task["first_logits"])).max()
        verdict = first_difference(answer.tokens, expected_tokens(task), task["gaps"])
        same_prompt = page.ids == task["prompt_ids"]
        good &= logits <= TOLERANCE and verdict == "same" and same_prompt
        cells.append(f"{task['task']}: {'' if same_prompt else 'PROMPT DIFFERS '}logits {logits:.1e} tokens {verdict}")
        pages.append((f"{golden['file']} {task['task']}", page, task))
    print(f"{golden['file']:24s} {'  '.join(cells)}", flush=True)
    return good


def check_together(reader: Reader, pages: list, limit: int, in_flight: int) -> bool:
    """The same pages with several in flight: tokens must be those of the golden files too."""
    longest, good = max(len(page.ids) for _, page, _ in pages), True
    for place, answer in reader.read_many([page for _, page, _ in pages], in_flight, limit, longest):
        name, _, task = pages[place]
        verdict = first_difference(answer.tokens, expected_tokens(task), task["gaps"])
        if verdict != "same":
            print(f"with {in_flight} in flight: {name} {verdict}")
            good = False
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden", default=str(ROOT / "golden"))
    parser.add_argument("--checkpoint", default=str(ROOT / "checkpoint"))
    parser.add_argument("--documents", default=str(ROOT / "documents"))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--in-flight", type=int, default=8)
    options = parser.parse_args()
    limit_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = False
    index = json.loads((Path(options.golden) / "golden.json").read_text(encoding="utf-8"))
    data = np.fromfile(Path(options.golden) / "golden.bin", dtype="<f4")
    made_by = index["made_by"]
    print(f"golden files by {made_by['backend']} {made_by['versions']}")
    if hashlib.sha256((Path(options.checkpoint) / "model.safetensors").read_bytes()).hexdigest() != index["weights_sha256"]:
        sys.exit(f"{options.checkpoint} holds other weights than the golden files were made with; make them again (README.md), or name the other checkpoint.")
    reader, pages, good = Reader(options.checkpoint, torch.float32, options.device), [], True
    for golden in index["documents"]:
        good &= check(reader, golden, data, Path(options.documents), index["max_tokens"], pages)
    good &= check_together(reader, pages, index["max_tokens"], options.in_flight)
    print("all within tolerance" if good else "OUT OF TOLERANCE")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
