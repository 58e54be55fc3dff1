import httpx  # pip install httpx

with open("report.pdf", "rb") as file:
    answer = httpx.post(
        "http://localhost:7860/v1/ocr",
        headers={"Authorization": "Bearer YOUR_KEY"},
        files={"file": file},
        data={"task": "markdown", "pages": "1-2"},
        timeout=600,
    )
answer.raise_for_status()
for page in answer.json()["pages"]:
    print(page["page"], page["status"], page.get("markdown") or page.get("error"))
