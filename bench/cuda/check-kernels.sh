#!/usr/bin/env bash
# Checks our CUDA kernels on this machine's processor: results, memory, races. Needs g++ with its sanitizers. Some minutes.
#   ./check-kernels.sh                  all three
#   ./check-kernels.sh results|memory|races
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

check() { # name, options of the compiler
    local name=$1
    shift
    echo "== $name"
    g++ -O1 -g1 -w -std=c++17 -DHOST_LANES "$@" -x c++ "$here/kernels_test.cu" -o "$scratch/$name"
    "$scratch/$name" > "$scratch/$name.jsonl" || { grep -v '"good":true' "$scratch/$name.jsonl"; exit 1; }
    echo "$(grep -c '"good":true' "$scratch/$name.jsonl") cases are good"
}

wanted() { [[ $1 == "$2" || $1 == all ]]; }

what=${1:-all}
! wanted "$what" results || check results
! wanted "$what" memory || check memory -fsanitize=address,undefined -fno-sanitize-recover=undefined
! wanted "$what" races || TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}" check races -fsanitize=thread
