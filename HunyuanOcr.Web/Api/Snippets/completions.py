import base64
from openai import OpenAI

client = OpenAI(base_url="http://localhost:7860/v1", api_key="YOUR_KEY")
with open("invoice.png", "rb") as file:
    image = base64.b64encode(file.read()).decode()
answer = client.completions.create(
    model="hunyuanocr",
    prompt="EXTRACT::invoice number,date",
    extra_body={"image": image},
)
print(answer.choices[0].text)
