#!/usr/bin/env bash
# Sends the HTTP API damaged JSON bodies and damaged pictures, and keeps what came of them under bench/results.
#   bench/mutations.sh [BODIES [PICTURES]]     (default 2000 and 10000)
set -euo pipefail
cd "$(dirname "$0")/.."
out=${HUNYUANOCR_BENCH_RESULTS:-bench/results}/$(date -u +%F)-api-mutated
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
bench() { dotnet bench/bin/Release/net10.0/HunyuanOcr.Bench.dll mutations --model "$model" --server HunyuanOcr.Web/bin/Release/net10.0/HunyuanOcr.Web.dll "$@"; }
bench --what json --requests "${1:-2000}" --out "$out-json.json"
bench --what pictures --pictures-from HunyuanOcr.Inference.Tests/Data/pictures --requests "${2:-10000}" --out "$out-pictures.json"
