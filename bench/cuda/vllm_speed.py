"""vLLM in process: vllm_speed.py MODEL_FOLDER FOLDER_OF_JPEGS OUT.json

Dummy weights of the public shape, bf16, CUDA graphs; pictures are decoded before the clock starts, and prepared by vLLM after. A decode step at several
in flight is total minus first tokens over 255, so prefill is mixed in; alone it is a step."""

import json
import os
import sys
import time
from pathlib import Path

os.environ |= dict(HF_HUB_OFFLINE="1", VLLM_NO_USAGE_STATS="1", VLLM_ENABLE_V1_MULTIPROCESSING="0", TOKENIZERS_PARALLELISM="false")
PROMPT = "<｜hy_begin▁of▁sentence｜><｜hy_place▁holder▁no▁100｜><｜hy_place▁holder▁no▁102｜><｜hy_place▁holder▁no▁101｜>read it all<｜hy_User｜>"
TOKENS = 256


def main(model: str, folder: str, out: str) -> None:
    from PIL import Image
    from vllm import LLM, SamplingParams

    engine = LLM(model=model, load_format="dummy", dtype="bfloat16", max_model_len=4096, max_num_seqs=64, gpu_memory_utilization=0.6, limit_mm_per_prompt={"image": 1},
                 mm_processor_cache_gb=0, enable_prefix_caching=False, compilation_config=dict(cudagraph_capture_sizes=[1, 2, 4, 8, 16, 32, 64]),
                 max_num_batched_tokens=8192, disable_log_stats=True)
    pictures = [Image.open(file).convert("RGB") for file in sorted(Path(folder).glob("*.jpg"))[:64]]

    def run(count, tokens):
        sampling = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True, detokenize=False)
        started = time.perf_counter()
        answers = engine.generate([dict(prompt=PROMPT, multi_modal_data={"image": picture}) for picture in pictures[:count]], sampling, use_tqdm=False)
        seconds = time.perf_counter() - started
        assert all(len(answer.outputs[0].token_ids) == tokens for answer in answers)
        return seconds, len(answers[0].prompt_token_ids)

    run(1, 8), run(2, 8)
    rows = []
    for count in (1, 8, 32, 64):
        first = sorted(run(count, 1)[0] for _ in range(3))[1]
        whole = sorted(run(count, TOKENS)[0] for _ in range(5 if count == 1 else 3))
        median = whole[len(whole) // 2]
        rows.append(dict(engine="vllm 0.24.0 in process", in_flight=count, prompt_tokens=run(1, 1)[1], first_ms=round(first * 1e3, 1), decode_ms=round((median - first) / (TOKENS - 1) * 1e3, 3),
                         page_s=round(median, 3), pages_per_s=round(count / median, 2), runs_s=[round(value, 3) for value in whole]))
        Path(out).write_text(json.dumps(rows, indent=1))
        print(json.dumps(rows[-1]), flush=True)


main(*sys.argv[1:])
