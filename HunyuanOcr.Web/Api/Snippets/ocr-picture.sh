curl -sS --fail-with-body http://localhost:7860/v1/ocr \
  -H "Authorization: Bearer YOUR_KEY" \
  -F task=ocr -F file=@invoice.png
