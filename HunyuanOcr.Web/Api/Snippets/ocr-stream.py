import json
import httpx  # pip install httpx

with open("report.pdf", "rb") as file, httpx.stream(
    "POST",
    "http://localhost:7860/v1/ocr",
    headers={"Authorization": "Bearer YOUR_KEY", "Accept": "text/event-stream"},
    files={"file": file},
    timeout=600,
) as answer:
    answer.raise_for_status()
    for line in answer.iter_lines():
        if line.startswith("event: "):
            event = line[7:].strip()
        elif line.startswith("data: ") and event == "line.done":
            read = json.loads(line[6:])
            print(read["page"], read["line"].get("box"), read["line"]["text"])
