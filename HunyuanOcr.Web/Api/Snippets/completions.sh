cat > request.json <<END
{"model": "hunyuanocr", "prompt": "EXTRACT::invoice number,date", "image": "$(base64 -w0 invoice.png)"}
END
curl -sS --fail-with-body http://localhost:7860/v1/completions \
  -H "Authorization: Bearer YOUR_KEY" -H "Content-Type: application/json" -d @request.json
