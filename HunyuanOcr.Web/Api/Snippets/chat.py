import base64
from openai import OpenAI

client = OpenAI(base_url="http://localhost:7860/v1", api_key="YOUR_KEY")
with open("invoice.png", "rb") as file:
    image = base64.b64encode(file.read()).decode()
answer = client.chat.completions.create(
    model="hunyuanocr",
    messages=[{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}},
        {"type": "text", "text": "OCR::"},
    ]}],
)
print(answer.choices[0].message.content)
