#!/usr/bin/env bash
# Takes the figures of the HTTP API with the demo model and keeps them under bench/results. Run it on an otherwise idle machine.
#   bench/http.sh [REQUESTS [ABORT_REQUESTS]]     (default 96 at each number of clients, 1000 with 300 of them aborted)
set -euo pipefail
cd "$(dirname "$0")/.."
requests=${1:-96} aborts=${2:-1000}
out=${HUNYUANOCR_BENCH_RESULTS:-bench/results}/$(date -u +%F)-cpu
model=.cache/models/demo-fp32-vision-int8
mkdir -p "$(dirname "$out")" .cache/models
export MALLOC_ARENA_MAX=2 # as run.sh does

dotnet build bench -c Release -v quiet -nologo
dotnet build HunyuanOcr.Web -c Release -v quiet -nologo
if [ ! -f "$model/export.json" ] || [ demo-model/checkpoint/model.safetensors -nt "$model/export.json" ]; then
  dotnet build onnx-export -c Release -v quiet -nologo
  dotnet onnx-export/bin/Release/net10.0/onnx-export.dll --checkpoint demo-model/checkpoint --output "$model" \
    --target cpu --precision fp32 --vision-precision int8 --name hunyuanocr-demo --force >/dev/null
fi
bench() { dotnet bench/bin/Release/net10.0/HunyuanOcr.Bench.dll "$@" --model "$model" --server HunyuanOcr.Web/bin/Release/net10.0/HunyuanOcr.Web.dll --pages bench/pages/page-*.png; }
bench http --requests "$requests" --out "$out-http.json"
bench aborts --requests "$aborts" --aborted $((aborts * 3 / 10)) --out "$out-http-aborts.json"
