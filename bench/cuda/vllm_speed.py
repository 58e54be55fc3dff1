"""vLLM in process: vllm_speed.py MODEL_FOLDER FOLDER_OF_JPEGS OUT.json

Dummy weights of the public shape, bf16, CUDA graphs; pictures are decoded before the clock starts, and prepared by vLLM after. Two figures of a decode step:
`step_ms` is the median time between tokens after the last first token, as long as every sequence still gets one, over all runs; `decode_ms` is total minus
first tokens over 255, so several in flight have prefill in it. Where the engine does not tell its tokens' times, step_ms is null and `step_missing` says why."""

import os
import statistics
import sys
import time
from pathlib import Path

import result_file

os.environ |= dict(HF_HUB_OFFLINE="1", VLLM_NO_USAGE_STATS="1", VLLM_ENABLE_V1_MULTIPROCESSING="0", TOKENIZERS_PARALLELISM="false")
PROMPT = "<｜hy_begin▁of▁sentence｜><｜hy_place▁holder▁no▁100｜><｜hy_place▁holder▁no▁102｜><｜hy_place▁holder▁no▁101｜>read it all<｜hy_User｜>"
TOKENS, RUNS = 256, 5


class TokenTimes:
    """When the engine gave which tokens. Every step's outputs pass through the output processor: they are only kept there, so that the engine runs as ever."""

    def __init__(self, engine):
        self.steps, self.missing = [], None
        try:
            processor = engine.llm_engine.output_processor
            process = processor.process_outputs

            def kept(outputs, *rest, **named):
                processed = process(outputs, *rest, **named)
                self.steps.append((time.perf_counter(), outputs))
                return processed

            processor.process_outputs = kept
        except AttributeError as fault:
            self.missing = str(fault)

    def between(self, count: int) -> list[float]:
        """Seconds between tokens since the last call, of the steps after the last first token in which each of `count` sequences got its next one."""
        steps, self.steps = self.steps, []
        try:
            return between([(at, {output.request_id: len(output.new_token_ids) for output in outputs}) for at, outputs in steps], count)
        except (AttributeError, TypeError) as fault:
            self.missing = str(fault)
            return []


def between(steps: list[tuple[float, dict[str, int]]], count: int) -> list[float]:
    seen, before, seconds = set(), None, []
    for at, tokens in steps:
        given = {name for name, number in tokens.items() if number}
        # A step may end without a token: the engine runs one ahead.
        if not given:
            continue
        if len(seen) == count and len(given) == count and set(tokens.values()) == {1}:
            seconds.append(at - before)
        seen |= given
        before = at
    return seconds


def main(model: str, folder: str, out: str) -> None:
    from PIL import Image
    from vllm import LLM, SamplingParams

    engine = LLM(model=model, load_format="dummy", dtype="bfloat16", max_model_len=4096, max_num_seqs=64, gpu_memory_utilization=0.6, limit_mm_per_prompt={"image": 1},
                 mm_processor_cache_gb=0, enable_prefix_caching=False, compilation_config=dict(cudagraph_capture_sizes=[1, 2, 4, 8, 16, 32, 64]),
                 max_num_batched_tokens=8192, disable_log_stats=True)
    pictures = [Image.open(file).convert("RGB") for file in sorted(Path(folder).glob("*.jpg"))[:64]]
    times = TokenTimes(engine)

    def run(count, tokens):
        sampling = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True, detokenize=False)
        times.steps = []
        started = time.perf_counter()
        answers = engine.generate([dict(prompt=PROMPT, multi_modal_data={"image": picture}) for picture in pictures[:count]], sampling, use_tqdm=False)
        seconds = time.perf_counter() - started
        assert all(len(answer.outputs[0].token_ids) == tokens for answer in answers)
        return seconds, len(answers[0].prompt_token_ids)

    run(1, 8), run(2, 8)
    rows = []
    for count in (1, 8, 32, 64):
        first = statistics.median(run(count, 1)[0] for _ in range(3))
        whole, steps = [], []
        for _ in range(RUNS):
            whole.append(run(count, TOKENS)[0])
            steps.append(times.between(count))
        median, pooled = statistics.median(whole), [seconds for own in steps for seconds in own]
        row = dict(engine="vllm 0.24.0 in process", in_flight=count, runs=RUNS, prompt_tokens=run(1, 1)[1], first_ms=round(first * 1e3, 1),
                   step_ms=round(statistics.median(pooled) * 1e3, 3) if pooled else None, steps_counted=len(pooled),
                   step_runs_ms=[round(statistics.median(own) * 1e3, 3) for own in steps if own], decode_ms=round((median - first) / (TOKENS - 1) * 1e3, 3),
                   page_s=round(median, 3), pages_per_s=round(count / median, 2), runs_s=[round(value, 3) for value in whole])
        if not pooled:
            row["step_missing"] = times.missing or "No step gave a token to each sequence."
        rows.append(row)
        result_file.write(out, "vllm", rows)
        print(row, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
