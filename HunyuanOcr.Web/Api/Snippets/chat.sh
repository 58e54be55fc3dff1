base64 -w0 invoice.png > invoice.b64
cat > request.json <<END
{
  "model": "hunyuanocr",
  "messages": [{"role": "user", "content": [
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,$(cat invoice.b64)"}},
    {"type": "text", "text": "OCR::"}
  ]}]
}
END
curl -sS --fail-with-body http://localhost:7860/v1/chat/completions \
  -H "Authorization: Bearer YOUR_KEY" -H "Content-Type: application/json" -d @request.json
