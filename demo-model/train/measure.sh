#!/usr/bin/env bash
# Measures the weights of a leg where transformers is installed: reads the evaluation's documents with the last weights and with their running mean,
# and with transformers those of BEST (default: mean).
#   measure.sh DOCUMENTS.tar OUT [PROCESSES]
# DOCUMENTS.tar: the folder that ../evaluate/render.py wrote. OUT: gets the answers files and table.md.
set -euo pipefail
documents=$(realpath "$1") out=$(realpath -m "$2") processes=${3:-14}
cd "$(dirname "$0")"
run=${RUN:-$HOME/demo-run} python=${PYTHON:-python3}
mkdir -p "$run/documents" "$out"
tar xf "$documents" -C "$run/documents"
export FONTS=$run/fonts
for name in model mean; do "$python" read.py "$run/$name.safetensors" "$run/documents" "$out/$name.json"; done
"$python" ../evaluate/score.py "$run/documents" "$out/model.json" "$out/mean.json" | tee "$out/table.md"
"$python" export.py "$run/${BEST:-mean}.safetensors" "$run/checkpoint"
if ! "$python" -c 'import transformers' 2>/dev/null; then
  echo "transformers is not installed here: no reference.json; ../evaluate/read_transformers.py makes it elsewhere." >&2
  exit
fi
OMP_NUM_THREADS=1 "$python" ../evaluate/read_transformers.py "$run/checkpoint" "$run/documents" "$out/reference.json" --processes "$processes"
