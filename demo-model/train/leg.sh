#!/usr/bin/env bash
# One leg of training on a machine with a GPU; leaves the weights in pieces that any transfer takes.
#   leg.sh FONTS.tar.xz OUT SECONDS FIRST LAST [options of train.py]
# FONTS.tar.xz: what fonts.py wrote. OUT: gets leg.log, model.safetensors.00 .01 (the last weights) and mean.safetensors.00 .01 (their running mean).
# Goes on from the leg before where this machine still has its state (RUN, default ~/demo-run), else from ../checkpoint or from `--init FILE`.
set -euo pipefail
fonts=$(realpath "$1") out=$(realpath -m "$2") seconds=$3 first=$4 last=$5
cd "$(dirname "$0")"
shift 5
run=${RUN:-$HOME/demo-run} python=${PYTHON:-python3}
mkdir -p "$run/fonts" "$out"
[ -f "$run/fonts/words.txt" ] || tar xJf "$fonts" -C "$run/fonts"
ulimit -n 20000
export FONTS=$run/fonts PYTHONUNBUFFERED=1 PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
status=0
"$python" train.py --out "$run" --seconds "$seconds" --share "$first" "$last" --resume --init ../checkpoint/model.safetensors "$@" >"$out/leg.log" 2>&1 || status=$?
tail -n 5 "$out/leg.log"
for name in model mean; do
  [ ! -f "$run/$name.safetensors" ] || split -d -b 14M "$run/$name.safetensors" "$out/$name.safetensors."
done
exit "$status"
