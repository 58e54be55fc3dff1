#!/usr/bin/env bash
# Takes every figure of docs/performance.md for a card, one after another, and keeps each under a folder as soon as it is there.
#   bench/cuda/run.sh BENCH EXPORTER CUDA_FOLDER OUT [STEP...]
# BENCH and EXPORTER are the published programs HunyuanOcr.Bench and onnx-export (pack.sh makes them for a machine without .NET), CUDA_FOLDER what
# deploy/fetch-cuda.sh makes. Needs a card, nvcc, and python3 with torch for CUDA 13, transformers 5.17 and Pillow; takes about twenty minutes.
# Without STEP all are taken, in the order below; a step that fails leaves its log beside the results, stops no other, and the script ends with 1.
#   WORK   folder for checkpoints, models and pages, kept and used again; without it one is made and deleted
#   KERNELS  what the models are exported with (default: ours), as onnx-export's --kernels
#   LIMIT  seconds after which no further step begins
#   VLLM   folder with vLLM (for PYTHONPATH), VLLM_MODEL a model folder for its dummy weights: steps vllm and vllm-server
#   WEB    the published HunyuanOcr.Web: step api
# The golden documents stand for CardTests, which need the .NET SDK: with one, `dotnet test HunyuanOcr.Inference.Tests --filter CardTests`
# with HUNYUANOCR_CUDA_FOLDER set does the same as a test.
set -uo pipefail
[ $# -ge 4 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
bench=$(realpath "$1") exporter=$(realpath "$2") cuda=$(realpath "$3") out=$(realpath -m "$4")
shift 4
cd "$(dirname "$0")/../.."
here=$PWD/bench/cuda
if [ -n "${WORK:-}" ]; then work=$(realpath -m "$WORK"); else work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; fi
mkdir -p "$out" "$work"
site=$(python3 -c "import site; print(site.getsitepackages()[0])")
export LD_LIBRARY_PATH=$cuda:$site/nvidia/cu13/lib:$site/nvidia/cudnn/lib

reference() { timeout 400 python3 "$here/reference.py" "$@"; }
# What several steps need is made once: made NAME COMMAND... runs the command with its target's name behind it, and one at a time.
made() {
  name=$1; shift
  ( flock 9; [ -e "$work/$name" ] || { rm -rf "$work/$name.part" && mkdir -p "$(dirname "$work/$name")" && "$@" "$work/$name.part" >&2 && mv "$work/$name.part" "$work/$name"; } ) 9>"$work/$(basename "$name").lock" && echo "$work/$name"
}
shape() { made shape "$exporter" make-random --layout nested --output; }
checkpoint() { made checkpoint reference make --shape "$(shape)" --out; }
forced() { made forced reference force --checkpoint "$(checkpoint)" --out; }
pages() { made pages reference pages --out; }
pages_of() { made "sweep/$1" reference pages --width "$2" --height "$3" --count 128 --out; }
kernels=${KERNELS:-ours}
demo() { made "demo-$1-$kernels" "$exporter" --checkpoint demo-model/checkpoint --target cuda --precision "$1" --kernels "$kernels" --name demo --output; }
# random PRECISION [KERNELS]
random() { made "$1-${2:-$kernels}" "$exporter" --checkpoint "$(checkpoint)" --target cuda --precision "$1" --kernels "${2:-$kernels}" --name random-1b --output; }

# measure NAME VERB ARGUMENTS...: one verb of the bench to NAME.json.
measure() {
  name=$1 verb=$2; shift 2
  timeout "${STEP_LIMIT:-240}" "$bench" "$verb" --device cuda --cuda-folder "$cuda" "$@" --out "$out/$name.json" >/dev/null
}
# watched NAME COMMAND...: what the card uses meanwhile, ten times a second, to NAME.card.csv.
watched() {
  nvidia-smi -i "${CUDA_VISIBLE_DEVICES:-0}" --query-gpu=timestamp,memory.used,utilization.gpu,clocks.sm,power.draw --format=csv -lms 100 >"$out/$1.card.csv" 2>&1 &
  watcher=$!
  shift
  "$@"; code=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  return $code
}
common=(--scheduled-tokens 4096 --cache-megabytes 30000 --context 8192 --sequences 64 --block-size 256)
small=(--sequences 64 --tokens 128 --scheduled-tokens 4096)

golden() { failed=0; for precision in fp16 bf16; do for flight in "" -8-in-flight; do
  measure "golden-$precision$flight" golden --model "$(demo $precision)" --demo demo-model --cache-megabytes 4000 --block-size 256 ${flight:+--in-flight 8} || failed=1; done; done; return $failed; }
forced-places() { failed=0; for precision in fp16 bf16; do measure forced-$precision forced --model "$(random $precision)" --reference "$(forced)" "${common[@]}" || failed=1; done; return $failed; }
steps() { measure steps steps --model "$(random bf16)" --pages "$(pages)/page-00.jpg" --tokens 256 --repeat 5 --batches 1 2 4 8 16 32 48 64 "${common[@]}"; }
page() { measure page pages --model "$(random bf16)" --pages "$(pages)/page-00.jpg" --tokens 256 --repeat 9 "${common[@]}"; }
pages-64() { watched pages-64 measure pages-64 pages --model "$(random bf16)" --pages "$(pages)"/*.jpg --in-flight 64 --tokens 256 --repeat 5 "${common[@]}"; }
mixed() { measure pages-64-mixed pages --model "$(random bf16)" --pages "$(pages)"/*.jpg "$(pages)"/*.jpg "$(pages)"/*.jpg --in-flight 64 --tokens 256 --repeat 1 "${common[@]}"; }
stream() { measure stream stream --model "$(random bf16)" --pages "$(pages)"/*.jpg --tokens 1500 --in-flight 16 "${common[@]}"; }
load() { measure load-fp16 load --model "$(demo fp16)" --pages bench/pages/*.png --requests 2000 --cancelled 400 --in-flight 64 "${small[@]}" --block-size 256 --cache-megabytes 400; }
# So small a cache that requests are sent back: their text has to be that of the page alone, as far as 16 bits go.
preempted() { measure preempted-fp16 load --model "$(demo fp16)" --pages bench/pages/*.png --requests 600 --cancelled 0 --in-flight 64 "${small[@]}" --block-size 64 --cache-megabytes 16; }
kernels() { timeout 300 bash "$here/build-kernels.sh" "$out/kernels.jsonl" >/dev/null; }
pytorch() { reference speed --checkpoint "$(checkpoint)" --page "$(pages)/page-00.jpg" --out "$out/pytorch.json" >/dev/null; }
vllm() { VLLM_USE_FLASHINFER_SAMPLER=0 VLLM_MM_HASHER_ALGORITHM=sha256 PYTHONPATH=$VLLM timeout 400 python3 "$here/vllm_speed.py" "$VLLM_MODEL" "$(pages)" "$out/vllm.json" >/dev/null; }
vllm-server() { PYTHONPATH=$VLLM VLLM_USE_FLASHINFER_SAMPLER=0 VLLM_MM_HASHER_ALGORITHM=sha256 timeout 400 python3 "$here/api_speed.py" --server vllm --model "$VLLM_MODEL" --pages "$(pages)" --out "$out/vllm-server.json" >/dev/null; }
api() { timeout 300 python3 "$here/api_speed.py" --server "$WEB" --cuda-folder "$cuda" --model "$(random bf16)" --pages "$(pages)" --out "$out/api.json" >/dev/null; }
block-64() { measure pages-64-block-64 pages --model "$(random bf16)" --pages "$(pages)"/*.jpg --in-flight 64 --tokens 256 --repeat 2 "${common[@]}" --block-size 64; }
memory() { failed=0; for flight in 1 64; do
  watched memory-$flight measure memory-$flight pages --model "$(random bf16)" --pages "$(pages)"/*.jpg --in-flight $flight --tokens 32 --repeat 1 --scheduled-tokens 4096 --context 8192 --sequences $flight \
    --block-size 256 --cache-megabytes $((150 * flight)) || failed=1; done; return $failed; }
transformers() { reference documents --demo demo-model --dtype float16 --out "$out/golden-transformers-fp16.json" >/dev/null; a=$?; reference documents --demo demo-model --dtype bfloat16 --out "$out/golden-transformers-bf16.json" >/dev/null && return $a; }
sizes() { for size in "0.25 576 480" "0.5 832 640" "1 1152 896" "2 1632 1248" "4 2272 1792"; do pages_of $size >/dev/null || return 1; done; }
sweep() {
  sizes || return 1
  STEP_LIMIT=400 measure sweep sweep --model "$(random bf16)" --folders "$work"/sweep/{0.25,0.5,1,2,4} --in-flight 1 8 32 64 128 --tokens 256 --scheduled-tokens 8192 \
    --cache-megabytes 60000 --context 8192 --block-size 256 --sequences 128 && python3 "$here/chart.py" "$out/sweep.json" "$out/sweep.svg" >"$out/sweep.md"
}
profile() { bash "$here/profile.sh" "$bench" "$(random bf16)" "$(pages)/page-00.jpg" "$cuda" "$out"; }
variant() { measure "steps-$1" steps --model "$(random bf16 "$2")" --pages "$(pages)/page-00.jpg" --tokens 256 --repeat 3 --batches 1 8 16 32 48 64 "${common[@]}"; }
variants() { failed=0; variant operators operators || failed=1; variant choice choice || failed=1; variant rotation-swiglu-choice rotation,swiglu,choice || failed=1
  variant without-products rotation,swiglu,choice,matvec || failed=1; variant without-attention rotation,swiglu,choice,matvec,products || failed=1
  variant without-attentionofmany rotation,swiglu,choice,matvec,products,attention,tower || failed=1; return $failed; }
# What steps share, made beforehand and beside each other.
prepare() { pages >/dev/null & demo fp16 >/dev/null & demo bf16 >/dev/null & checkpoint >/dev/null && { random bf16 >/dev/null & random fp16 >/dev/null & forced >/dev/null; }; failed=$?; wait; return $failed; }
# What of it needs neither exporter nor ONNX Runtime, if the folder WORK holds shape, as onnx-export make-random writes it; first what most steps wait for.
references() { checkpoint >/dev/null && pages >/dev/null && forced >/dev/null && sizes; }

all=(golden forced-places steps page pages-64 mixed stream load preempted kernels pytorch vllm vllm-server api sweep memory profile block-64 transformers variants)
wanted=("$@")
if [ ${#wanted[@]} = 0 ]; then
  wanted=(prepare)
  for step in "${all[@]}"; do case $step in vllm*) [ -n "${VLLM:-}" ] || continue ;; api) [ -n "${WEB:-}" ] || continue ;; esac; wanted+=("$step"); done
fi
for step in "${wanted[@]}"; do case " prepare references ${all[*]} " in *" $step "*) ;; *) echo "There is no step $step; there are: prepare references ${all[*]}." >&2; exit 2 ;; esac; done
begun=$SECONDS missed=()
for step in "${wanted[@]}"; do
  if [ $((SECONDS - begun)) -ge "${LIMIT:-1000000}" ]; then missed+=("$step (not begun)"); continue; fi
  from=$SECONDS
  if "$step" 2>"$out/$step.log"; then echo "$step: $((SECONDS - from)) s"; else
    echo "$step: FAILED after $((SECONDS - from)) s"; grep -v '^   at ' "$out/$step.log" | tail -n 5 | cut -c1-400 | sed 's/^/    /'; missed+=("$step"); fi
done
if [ ${#missed[@]} = 0 ]; then echo "All steps taken, $((SECONDS - begun)) s in all."; else echo "Missing: ${missed[*]}; $((SECONDS - begun)) s in all."; exit 1; fi
