import base64
from openai import OpenAI

client = OpenAI(base_url="http://localhost:7860/v1", api_key="YOUR_KEY")
with open("invoice.png", "rb") as file:
    image = base64.b64encode(file.read()).decode()
stream = client.chat.completions.create(
    model="hunyuanocr",
    stream=True,
    stream_options={"include_usage": True},
    messages=[{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}},
        {"type": "text", "text": "TRANSLATE::en"},
    ]}],
)
for chunk in stream:
    for choice in chunk.choices:
        print(choice.delta.content or "", end="", flush=True)
    if chunk.usage:
        print(f"\n{chunk.usage.total_tokens} tokens")
