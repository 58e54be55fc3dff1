#!/usr/bin/env bash
# Takes the figures of the HTTP API with the demo model and keeps them under bench/results. Run it on an otherwise idle machine.
#   bench/http.sh [REQUESTS [ABORT_REQUESTS]]     (default 96 at each number of clients, 1000 with 300 of them aborted)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/server.sh
requests=${1:-96} aborts=${2:-1000}
out=$results/$(date -u +%F)-cpu
bench http --requests "$requests" --out "$out-http.json" --pages bench/pages/page-*.png
bench aborts --requests "$aborts" --aborted $((aborts * 3 / 10)) --out "$out-http-aborts.json" --pages bench/pages/page-*.png
