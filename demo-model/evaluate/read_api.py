"""Reads the evaluation documents with our engine, through the chat API of a server that runs.

    ./run.sh --port 7860                                       # in another terminal
    python3 read_api.py http://localhost:7860 DOCUMENTS ANSWERS.json [--in-flight 4] [--task spot]

Needs Python alone. Greedy; an answer does not depend on what else is being read, so the number in flight changes nothing but the time.
"""
import argparse
import base64
import concurrent.futures
import json
import os
import time
import urllib.error
import urllib.request

import answers
from prompts import MOST_TOKENS, questions


class Api:
    """A server's chat API. key: where it asks for one"""

    def __init__(self, address, key=None):
        self.address, self.key = address.rstrip("/"), key

    def call(self, route, body=None):
        """The answer to a JSON request. A server that is busy or still starting is asked again after the time it names."""
        request = urllib.request.Request(self.address + route, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"})
        if self.key: request.add_header("Authorization", "Bearer " + self.key)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=900) as response: return json.load(response)
            except urllib.error.HTTPError as e:
                if e.code not in (429, 503): raise SystemExit(f"{route}: {e.code} {e.read().decode('utf8', 'replace')}") from e
                time.sleep(float(e.headers.get("Retry-After") or 1))
            except urllib.error.URLError as e:
                raise SystemExit(f"{self.address} does not answer ({e.reason}); start it with ./run.sh") from e

    def model(self):
        """What GET /v1/models says of the loaded model."""
        return self.call("/v1/models")["data"][0]

    def ask(self, picture, prompt):
        """(answer, None or why it did not end by itself)"""
        url = "data:application/octet-stream;base64," + base64.b64encode(picture).decode()
        content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": prompt}]
        choice = self.call("/v1/chat/completions", dict(model="hunyuanocr", temperature=0, repetition_penalty=1, max_tokens=MOST_TOKENS,
                                                        messages=[dict(role="user", content=content)]))["choices"][0]
        stopped = None if choice["finish_reason"] == "stop" else choice.get("stop_reason") or choice["finish_reason"]
        return choice["message"]["content"], stopped


def read(api, documents, in_flight, only=None):
    """(answers, stopped) as in answers.py; only: one task"""
    truth = answers.truth(documents)
    jobs = [(name, task, prompt) for name, entry in truth.items() for task, prompt in questions(name, entry).items() if only in (None, task)]

    def one(job):
        name, _, prompt = job
        with open(os.path.join(documents, name), "rb") as f: return api.ask(f.read(), prompt)
    out, stopped = {}, {}
    with concurrent.futures.ThreadPoolExecutor(in_flight) as pool:
        for (name, task, _), (text, why) in zip(jobs, pool.map(one, jobs)):
            out.setdefault(name, {})[task] = text
            if why: stopped.setdefault(name, {})[task] = why
    return out, stopped


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("address", help="http://localhost:7860")
    a.add_argument("documents", help="folder of render.py")
    a.add_argument("answers", help="file to write")
    a.add_argument("--in-flight", type=int, default=4)
    a.add_argument("--task", help="ask for this task alone")
    a.add_argument("--key", default=os.environ.get("HUNYUANOCR_KEY"), help="API key (default: HUNYUANOCR_KEY)")
    a = a.parse_args()
    api = Api(a.address, a.key)
    started, made_by = time.time(), made_by_of(api.model())
    out, stopped = read(api, a.documents, a.in_flight, a.task)
    answers.save(a.answers, made_by, a.documents, out, stopped)
    print(f"{sum(map(len, out.values()))} answers, {sum(map(len, stopped.values()))} stopped, {time.time() - started:.0f} s")


def made_by_of(model):
    """Who answers, from GET /v1/models."""
    return dict(reader=f"{model['id']}, {model['precision']}", weights_sha256=model["source_sha256"], exporter=model["exporter_version"])


if __name__ == "__main__":
    main()
