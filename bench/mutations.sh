#!/usr/bin/env bash
# Sends the HTTP API damaged JSON bodies and damaged pictures, and keeps what came of them under bench/results.
#   bench/mutations.sh [BODIES [PICTURES]]     (default 2000 and 10000)
set -euo pipefail
cd "$(dirname "$0")/.."
export HUNYUANOCR_JSON_MUTATIONS=${1:-2000} HUNYUANOCR_PICTURE_MUTATIONS=${2:-10000}
export HUNYUANOCR_MUTATION_RESULTS=${HUNYUANOCR_MUTATION_RESULTS:-$PWD/bench/results}
export MALLOC_ARENA_MAX=2 # as run.sh does
dotnet test HunyuanOcr.Web.Tests -c Release -nologo --filter "FullyQualifiedName~Api.MutationTests"
