"""Reads the evaluation documents with a running server through the OpenAI API.

    python3 read_api.py http://localhost:8080 DOCUMENTS ANSWERS.json [MODEL]

$API_KEY is sent as the bearer key where it is set.
"""
import base64
import json
import os
import sys
import urllib.request

import score


def request_body(model, picture, kind, prompt, limit=1500):
    """The JSON of one chat completion about a picture (bytes of a png or jpeg)."""
    url = f"data:image/{kind};base64," + base64.b64encode(picture).decode()
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": prompt}]
    return {"model": model, "temperature": 0, "max_tokens": limit, "messages": [{"role": "user", "content": content}]}


def ask(server, body):
    headers = {"Content-Type": "application/json"}
    if os.environ.get("API_KEY"): headers["Authorization"] = "Bearer " + os.environ["API_KEY"]
    request = urllib.request.Request(server.rstrip("/") + "/v1/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)["choices"][0]["message"]["content"] or ""


def main(server, documents, target, model="hunyuanocr"):
    with open(os.path.join(documents, "truth.json"), encoding="utf8") as f: truth = json.load(f)
    answers = {}
    for name, entry in truth.items():
        with open(os.path.join(documents, name), "rb") as f: picture = f.read()
        kind = "jpeg" if name.endswith("jpg") else "png"
        answers[name] = {task: ask(server, request_body(model, picture, kind, prompt)) for task, prompt in score.questions(name, entry).items()}
    with open(target, "w", encoding="utf8") as f: json.dump(answers, f, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:5])
