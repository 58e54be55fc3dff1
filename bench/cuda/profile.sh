#!/usr/bin/env bash
# Kernel tables of a decode step with 1, 32 and 64 sequences, and of a page's vision pass and prefill, as text: profile.sh BENCH MODEL PAGE CUDA_FOLDER OUT
# By CUPTI, which the driver loads into the program (kernel_trace.cpp); where that cannot be built or gives nothing, by Nsight Compute on one sequence.
# LD_LIBRARY_PATH as run.sh sets it.
set -uo pipefail
bench=$1 model=$2 page=$3 cuda=$4 out=$5
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
site=$(python3 -c "import site; print(site.getsitepackages()[0])")
header=$(find "$site"/nvidia /usr/local/cuda*/ /opt -name cupti_activity.h 2>/dev/null | head -n 1)
library=$(find "$site"/nvidia /usr/local/cuda*/ /opt -name 'libcupti.so.1[0-9]*' 2>/dev/null | head -n 1)
common=(--device cuda --cuda-folder "$cuda" --model "$model" --pages "$page" --scheduled-tokens 4096 --context 8192 --block-size 256)
traces=()
if [ -n "$header" ] && [ -n "$library" ]; then
  record=$(grep -o '^} *CUpti_ActivityKernel[0-9]*' "$header" | grep -o 'CUpti.*' | sort -V | tail -n 1)
  includes=(-I"$(dirname "$header")")
  for folder in /usr/local/cuda/include "$(dirname "$(dirname "$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)")")/include" "$site/nvidia/cu13/include"; do [ -d "$folder" ] && includes+=(-I"$folder"); done
  g++ -O2 -fPIC -shared -std=c++17 "-DKERNEL_RECORD=$record" "${includes[@]}" "$here/kernel_trace.cpp" "$library" -o "$work/kernel_trace.so" &&
  for batch in 1 32 64; do
    LD_LIBRARY_PATH=$(dirname "$library"):$LD_LIBRARY_PATH CUDA_INJECTION64_PATH=$work/kernel_trace.so KERNEL_TRACE=$work/$batch.trace timeout 120 \
      "$bench" steps "${common[@]}" --sequences $batch --cache-megabytes $((200 * batch)) --tokens 128 --repeat 1 --batches $batch >"$work/$batch.log" 2>&1 || { tail -n 3 "$work/$batch.log" >&2; }
    [ -s "$work/$batch.trace" ] && traces+=("$work/$batch.trace")
  done
fi
if [ ${#traces[@]} -gt 0 ]; then
  (cd "$work" && python3 "$here/kernel_table.py" "${traces[@]##*/}") >"$out/kernel-table.txt"
  exit
fi
echo "CUPTI gave no trace (header '$header', library '$library'); Nsight Compute on one sequence." >&2
timeout 240 ncu --clock-control none --metrics gpu__time_duration.sum --launch-skip 3000 --launch-count 2500 --csv --target-processes all \
  "$bench" steps "${common[@]}" --sequences 1 --cache-megabytes 200 --tokens 16 --repeat 1 --batches 1 >"$out/kernel-table.csv" 2>"$out/kernel-table.log"
