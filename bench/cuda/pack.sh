#!/usr/bin/env bash
# Packs what run.sh needs on a machine with a card and without .NET: the three programs in one self-contained folder, so that the runtime they share
# is there once.
#   bench/cuda/pack.sh OUT [SIZE]
# OUT gets programs.tar.xz, or with a SIZE as split takes it (20M) its pieces programs.tar.xz.00, .01 ... On the other machine, in this repository:
#   mkdir programs && cat OUT/programs.tar.xz* | tar xJ -C programs
#   WEB=programs/HunyuanOcr.Web bench/cuda/run.sh programs/HunyuanOcr.Bench programs/onnx-export CUDA_FOLDER RESULTS
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
out=$(realpath -m "$1") size=${2:-}
cd "$(dirname "$0")/../.."
mkdir -p "$out"
programs=$(mktemp -d)
# Publishing for a platform writes that platform into the lock files, which are for building on any: they are put back.
locks=$(mktemp)
find . -name packages.lock.json -not -path '*/node_modules/*' -print0 | tar c --null -T - -f "$locks"
trap 'tar xf "$locks"; rm -rf "$programs" "$locks"' EXIT
for project in HunyuanOcr.Web bench onnx-export; do
  dotnet publish "$project" -c Release -r linux-x64 --self-contained -p:DebugType=none -v quiet -nologo -o "$programs" >&2
done
rm -f "$out"/programs.tar.xz*
pack() { tar c -C "$programs" . | xz -T0 -9; }
if [ -n "$size" ]; then pack | split -d -b "$size" - "$out/programs.tar.xz."; else pack >"$out/programs.tar.xz"; fi
ls -l "$out"/programs.tar.xz* >&2
