import httpx  # pip install httpx

with open("invoice.png", "rb") as file:
    answer = httpx.post(
        "http://localhost:7860/v1/ocr",
        headers={"Authorization": "Bearer YOUR_KEY"},
        files={"file": file},
        data={"task": "ocr"},
        timeout=600,
    )
answer.raise_for_status()
for line in answer.json()["pages"][0]["lines"]:
    print(line.get("pixels"), line["confidence"], line["text"])
