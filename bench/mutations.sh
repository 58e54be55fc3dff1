#!/usr/bin/env bash
# Sends the HTTP API damaged JSON bodies and damaged pictures, and keeps what came of them under bench/results.
#   bench/mutations.sh [BODIES [PICTURES]]     (default 2000 and 10000)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/server.sh
out=$results/$(date -u +%F)-api-mutated
bench mutations --what json --requests "${1:-2000}" --out "$out-json.json"
bench mutations --what pictures --pictures-from HunyuanOcr.Inference.Tests/Data/pictures --requests "${2:-10000}" --out "$out-pictures.json"
