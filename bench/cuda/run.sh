#!/usr/bin/env bash
# Takes every figure of docs/performance.md for a card, one after another, and keeps it under a folder.
#   bench/cuda/run.sh BENCH EXPORTER CUDA_FOLDER OUT
# BENCH and EXPORTER are the published programs HunyuanOcr.Bench and onnx-export (self-contained: the machine needs no .NET), CUDA_FOLDER what
# deploy/fetch-cuda.sh makes. Needs a card, nvcc, and python3 with torch for CUDA 13, transformers 5.17 and Pillow; takes about ten minutes.
# The golden documents stand for CardTests, which need the .NET SDK: with one, `dotnet test HunyuanOcr.Inference.Tests --filter CardTests`
# with HUNYUANOCR_CUDA_FOLDER set does the same as a test.
set -euo pipefail
bench=$(realpath "$1") exporter=$(realpath "$2") cuda=$(realpath "$3") out=$(realpath -m "$4")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
site=$(python3 -c "import site; print(site.getsitepackages()[0])")
export LD_LIBRARY_PATH=$cuda:$site/nvidia/cu13/lib:$site/nvidia/cudnn/lib
run() { verb=$1 name=$2; shift 2; echo "$name ..."; "$bench" "$verb" --device cuda --cuda-folder "$cuda" "$@" --out "$out/$name.json" >/dev/null; }
reference() { python3 bench/cuda/reference.py "$@"; }

for precision in fp16 bf16; do
  "$exporter" --checkpoint demo-model/checkpoint --output "$work/demo-$precision" --target cuda --precision $precision --name demo >/dev/null
  run golden golden-$precision --model "$work/demo-$precision" --demo demo-model --cache-megabytes 4000 --block-size 256
  run golden golden-$precision-8-in-flight --model "$work/demo-$precision" --demo demo-model --cache-megabytes 4000 --block-size 256 --in-flight 8
done
reference documents --demo demo-model --dtype float16 --out "$out/golden-transformers-fp16.json"
reference documents --demo demo-model --dtype bfloat16 --out "$out/golden-transformers-bf16.json"

"$exporter" make-random --output "$work/shape" --layout nested >/dev/null
reference make --shape "$work/shape" --out "$work/checkpoint"
reference force --checkpoint "$work/checkpoint" --out "$work/forced"
reference pages --out "$work/pages"
size() { reference pages --out "$work/sweep/$1" --width "$2" --height "$3" --count 128; }
size 0.25 576 480; size 0.5 832 640; size 1 1152 896; size 2 1632 1248; size 4 2272 1792
export_as() { "$exporter" --checkpoint "$work/checkpoint" --output "$work/$1" --target cuda --precision "$2" --kernels "$3" --name random-1b >/dev/null; }
export_as bf16 bf16 ours; export_as fp16 fp16 ours; export_as operators bf16 operators; export_as choice bf16 choice; export_as rotation-swiglu-choice bf16 rotation,swiglu,choice; export_as without-products bf16 rotation,swiglu,choice,matvec; export_as without-attention bf16 rotation,swiglu,choice,matvec,products

common=(--scheduled-tokens 4096 --cache-megabytes 30000 --context 8192 --sequences 64 --block-size 256)
one=$work/pages/page-00.jpg
for precision in fp16 bf16; do run forced forced-$precision --model "$work/$precision" --reference "$work/forced" "${common[@]}"; done
run steps steps --model "$work/bf16" --pages "$one" --tokens 256 --repeat 5 --batches 1 2 4 8 16 32 48 64 "${common[@]}"
for kernels in operators choice rotation-swiglu-choice without-products without-attention; do run steps steps-$kernels --model "$work/$kernels" --pages "$one" --tokens 256 --repeat 3 --batches 1 8 32 64 "${common[@]}"; done
run pages page --model "$work/bf16" --pages "$one" --tokens 256 --repeat 9 "${common[@]}"
run pages pages-64 --model "$work/bf16" --pages "$work"/pages/*.jpg --in-flight 64 --tokens 256 --repeat 3 "${common[@]}"
run pages pages-64-mixed --model "$work/bf16" --pages "$work"/pages/*.jpg "$work"/pages/*.jpg "$work"/pages/*.jpg --in-flight 64 --tokens 256 --repeat 1 "${common[@]}"
run pages pages-64-block-64 --model "$work/bf16" --pages "$work"/pages/*.jpg --in-flight 64 --tokens 256 --repeat 2 "${common[@]}" --block-size 64
run load load-fp16 --model "$work/demo-fp16" --pages bench/pages/*.png --requests 2000 --cancelled 400 --in-flight 64 --sequences 64 --tokens 128 --scheduled-tokens 4096 --cache-megabytes 96
# So small a cache that requests are sent back: their text has to be that of the page alone, as far as 16 bits go.
run load preempted-fp16 --model "$work/demo-fp16" --pages bench/pages/*.png --requests 600 --cancelled 0 --in-flight 64 --sequences 64 --tokens 256 --scheduled-tokens 4096 --cache-megabytes 16 --block-size 64
run stream stream --model "$work/bf16" --pages "$work"/pages/*.jpg --tokens 1500 --in-flight 16 "${common[@]}"
run sweep sweep --model "$work/bf16" --folders "$work"/sweep/{0.25,0.5,1,2,4} --in-flight 1 8 32 64 128 --tokens 256 --scheduled-tokens 8192 \
  --cache-megabytes 60000 --context 8192 --block-size 256 --sequences 128
bash bench/cuda/build-kernels.sh "$out/kernels.jsonl" >/dev/null
reference speed --checkpoint "$work/checkpoint" --page "$one" --out "$out/pytorch.json"
python3 bench/cuda/chart.py "$out/sweep.json" "$out/sweep.svg"
