#!/usr/bin/env bash
# Compiles our CUDA kernels to the PTX that lies beside them, checks them against their references and times them.
# Needs nvcc (CUDA 12 or later) and a card. Arguments: file for the results (default: kernels.jsonl in the current folder).
# All is compiled beside each other; no PTX is replaced unless all of it compiles.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../HunyuanOcr.Inference/Execution/Cuda/Kernels
results=${1:-kernels.jsonl}
scratch=$(mktemp -d)
trap 'wait; rm -rf "$scratch"' EXIT
nvcc -O3 -std=c++17 -arch=native "$here/kernels_test.cu" -lcublas -o "$scratch/kernels_test" &
compiling=($!)
for source in "$kernels"/*.cu; do
    # Code of compute capability 8.0 runs on every card that the provider's paged attention runs on.
    nvcc -ptx -O3 -std=c++17 -arch=compute_80 "$source" -o "$scratch/$(basename "$source" .cu).ptx" &
    compiling+=($!)
done
for one in "${compiling[@]}"; do wait "$one"; done
cp "$scratch"/*.ptx "$kernels/"
echo "Compiled in $SECONDS s." >&2
"$scratch/kernels_test" | tee "$results"
echo "Tested after $SECONDS s." >&2
