curl -sSN --fail-with-body http://localhost:7860/v1/ocr \
  -H "Authorization: Bearer YOUR_KEY" -H "Accept: text/event-stream" \
  -F file=@report.pdf
