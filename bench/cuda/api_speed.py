"""A server that speaks OpenAI's API, started, measured and ended: ours or vLLM's, by the same client with the same JPEG files.

  api_speed.py --server vllm --model FOLDER --pages FOLDER --out FILE                        `vllm serve` with dummy weights (PYTHONPATH has vLLM)
  api_speed.py --server HunyuanOcr.Web --cuda-folder DIR --model FOLDER --pages FOLDER --out FILE

Every answer is streamed and has as many tokens as were asked for. The time between tokens is that from an answer's first piece to its end over its tokens
but one, the median of all answers; that between pieces is the median of all after the last first piece and before the first end, a step of all in flight
where a server sends a piece for each token (`pieces`: least and most of an answer). Picture decoding, base64 and HTTP are in every time. In flight 1 to 64, all at once. What the server writes is kept
beside FILE, in FILE.server.log; where it ends by itself, its last lines are shown."""

import argparse
import base64
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import result_file

# The template of the other engines' prompt: picture, question, end of the user's words.
TEMPLATE = "<｜hy_begin▁of▁sentence｜>{% for message in messages %}{{ message['content'] }}{% endfor %}<｜hy_User｜>"


def start(options, port: int, folder: str, log) -> subprocess.Popen:
    if options.server == "vllm":
        template = Path(folder) / "template.jinja"
        template.write_text(TEMPLATE, encoding="utf-8")
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", options.model, "--served-model-name", "model", "--load-format", "dummy",
                   "--dtype", "bfloat16", "--max-model-len", "4096", "--max-num-seqs", "64", "--gpu-memory-utilization", "0.6", "--limit-mm-per-prompt", '{"image": 1}',
                   "--mm-processor-cache-gb", "0", "--no-enable-prefix-caching", "--max-num-batched-tokens", "8192", "--chat-template", str(template),
                   "--chat-template-content-format", "string", "--compilation-config", '{"cudagraph_capture_sizes": [1, 2, 4, 8, 16, 32, 64]}',
                   "--host", "127.0.0.1", "--port", str(port), "--disable-uvicorn-access-log"]
    else:
        command = [os.path.abspath(options.server), "--Urls", f"http://127.0.0.1:{port}", "--Model:Folder", os.path.abspath(options.model), "--Storage:DocumentFolder", folder,
                   "--Engine:VisionCacheMegabytes", "0", "--Engine:MaxSequences", "64"]
        if options.cuda_folder:
            command += ["--Engine:Device", "cuda", "--Engine:CudaFolder", os.path.abspath(options.cuda_folder), "--Engine:MaxScheduledTokens", "4096", "--Engine:BlockSize", "256",
                        "--Engine:CacheMegabytes", "30000", "--Engine:MaxContext", "8192"]
    environment = dict(os.environ, HF_HUB_OFFLINE="1", VLLM_NO_USAGE_STATS="1", TOKENIZERS_PARALLELISM="false")
    # Ended with all it started, so it has a process group of its own.
    return subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)


class Unready(Exception):
    pass


def wait(port: int, server: subprocess.Popen, path: str) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise Unready(f"The server ended with code {server.returncode} before it was ready." if server.poll() is not None else "The server was not ready within five minutes.")


def end(server: subprocess.Popen) -> None:
    """Ends the server and all it started, some of which may have outlived it."""
    for how, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
        try:
            os.killpg(server.pid, how)
            server.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            pass


def last_lines(file: Path, count: int = 20) -> str:
    lines = [line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-count:]) or "(nothing)"


def ask(port: int, body: bytes) -> dict:
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {answer.read()[:500]!r}")
    pieces, usage = [], None
    for line in answer:
        if not line.startswith(b"data: ") or line.strip() == b"data: [DONE]":
            continue
        now = time.perf_counter()
        chunk = json.loads(line[6:])
        usage = chunk.get("usage") or usage
        # A piece without text counts, since random weights say what has none; but not a first one that only tells who speaks.
        delta = chunk["choices"][0].get("delta") or {} if chunk["choices"] else {}
        if delta.get("content") or "content" in delta and "role" not in delta:
            pieces.append(now)
    connection.close()
    if not pieces:
        raise RuntimeError("An answer had no piece with a text.")
    return dict(started=started, pieces=pieces, ended=time.perf_counter(), usage=usage)


def together(port: int, bodies: list[bytes]) -> list[dict]:
    answers, faults = [], []

    def one(body):
        try:
            answers.append(ask(port, body))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return answers


def measure(port: int, bodies, count: int, runs: int) -> dict:
    walls, firsts, between, counts, steps, pieces = [], [], [], [], [], []
    for _ in range(runs):
        answers = together(port, bodies[:count])
        begun, ended = min(answer["started"] for answer in answers), max(answer["ended"] for answer in answers)
        walls.append(ended - begun)
        firsts += [answer["pieces"][0] - answer["started"] for answer in answers]
        counts += [answer["usage"]["completion_tokens"] for answer in answers]
        between += [(answer["ended"] - answer["pieces"][0]) / max(1, answer["usage"]["completion_tokens"] - 1) for answer in answers]
        begin, last = max(answer["pieces"][0] for answer in answers), min(answer["ended"] for answer in answers)
        steps += [after - before for answer in answers for before, after in zip(answer["pieces"], answer["pieces"][1:]) if before >= begin and after <= last]
        pieces += [len(answer["pieces"]) for answer in answers]
    wall = statistics.median(walls)
    return dict(in_flight=count, runs=runs, prompt_tokens=answers[0]["usage"]["prompt_tokens"], answer_tokens=[min(counts), max(counts)], first_piece_ms=round(statistics.median(firsts) * 1e3, 1),
                between_tokens_ms=round(statistics.median(between) * 1e3, 3), between_pieces_ms=round(statistics.median(steps) * 1e3, 3) if steps else None, pieces=[min(pieces), max(pieces)],
                page_s=round(wall, 3), pages_per_s=round(count / wall, 2), runs_s=[round(value, 3) for value in walls])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--server", "--model", "--pages", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--cuda-folder")
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[1, 8, 32, 64])
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = options.server != "vllm"
    body = lambda file, tokens: json.dumps(dict(
        model="hunyuanocr" if ours else "model", temperature=0, max_tokens=tokens, stream=True, stream_options=dict(include_usage=True), **({} if ours else dict(ignore_eos=True)),
        messages=[dict(role="user", content=[dict(type="image_url", image_url=dict(url="data:image/jpeg;base64," + base64.b64encode(file.read_bytes()).decode())), dict(type="text", text="read it all")])])).encode()
    files = sorted(Path(options.pages).glob("*.jpg")) or sorted(Path(options.pages).glob("*.png"))
    files = (files * 64)[: max(options.in_flight)]
    rows = []
    log = Path(f"{options.out}.server.log")
    with tempfile.TemporaryDirectory() as folder, log.open("wb") as written:
        server = start(options, port, folder, written)
        try:
            wait(port, server, "/health/ready" if ours else "/health")
            for _ in range(2):
                together(port, [body(files[0], 8)])
            together(port, [body(file, 8) for file in files[:2]])
            for count in options.in_flight:
                rows.append(dict(server="ours" if ours else "vllm", **measure(port, [body(file, options.tokens) for file in files], count, 5)))
                result_file.write(options.out, "api", rows)
                print(json.dumps(rows[-1]), flush=True)
        except (Unready, OSError, RuntimeError, http.client.HTTPException) as fault:
            sys.exit(f"{last_lines(log)}\nThese are the server's last lines; all of them: {log}. {fault}")
        finally:
            end(server)


if __name__ == "__main__":
    main()
