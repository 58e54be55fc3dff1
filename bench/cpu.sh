#!/usr/bin/env bash
# Takes every CPU figure of docs/performance.md, one after another, and keeps it under bench/results. Run it on an otherwise idle machine.
#   bench/cpu.sh [THREADS]     (default 2)
set -euo pipefail
cd "$(dirname "$0")/.."
threads=${1:-2}
day=$(date -u +%F)
out=bench/results/$day-cpu
mkdir -p bench/results .cache/models

dotnet build bench -c Release -v quiet -nologo
dotnet build onnx-export -c Release -v quiet -nologo
bench() { dotnet bench/bin/Release/net10.0/HunyuanOcr.Bench.dll "$@" --threads "$threads" >/dev/null; }
export_demo() { # folder, precision of the decoder, of the vision tower
  dotnet onnx-export/bin/Release/net10.0/onnx-export.dll --checkpoint demo-model/checkpoint --output ".cache/models/$1" \
    --target cpu --precision "$2" --vision-precision "$3" --name hunyuanocr-demo --force >/dev/null
}
export_demo demo-fp32 fp32 fp32
export_demo demo-int8 int8 fp32
export_demo demo-fp32-vision-int8 fp32 int8
export_demo demo-int8-vision-int8 int8 int8

pages=(bench/pages/page-*.png)
for model in demo-fp32-vision-int8 demo-fp32 demo-int8; do
  folder=.cache/models/$model
  echo "$model ..."
  bench pages --model "$folder" --pages "${pages[0]}" --repeat 15 --out "$out-$model-alone.json"
  bench pages --model "$folder" --pages "${pages[@]}" "${pages[@]}" --in-flight 8 --repeat 5 --out "$out-$model-8-in-flight.json"
  bench steps --model "$folder" --pages "${pages[0]}" --tokens 200 --repeat 15 --out "$out-$model-steps.json"
done
bench encode --model .cache/models/demo-fp32 --out "$out-encode.json"

echo "plain PyTorch ..."
python=/usr/bin/python3
$python pytorch-worker/reference.py --checkpoint demo-model/checkpoint --bench --pages "${pages[@]}" --in-flight 8 --repeat 3 \
  --max-tokens 200 --threads "$threads" --json >"$out-pytorch.json"
OMP_WAIT_POLICY=PASSIVE $python pytorch-worker/reference.py --checkpoint demo-model/checkpoint --bench --pages "${pages[@]}" --in-flight 8 --repeat 3 \
  --max-tokens 200 --threads "$threads" --json >"$out-pytorch-passive-wait.json"

echo "error rates ..."
answers=$(mktemp)
for model in demo-fp32 demo-int8 demo-fp32-vision-int8 demo-int8-vision-int8; do
  for set in documents samples; do
    bench answers --model ".cache/models/$model" --documents demo-model/$set --answers "$answers"
    echo "$model $set"
    $python demo-model/documents/score.py demo-model/$set/truth.json "$answers"
  done
done >"$out-error-rates.txt"

echo "load ..."
export MALLOC_ARENA_MAX=2 # as run.sh does
bench load --model .cache/models/demo-fp32-vision-int8 --pages "${pages[@]}" --requests 500 --cancelled 100 --in-flight 24 --out "$out-load.json"
ls -l "$out"*
