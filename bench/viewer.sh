#!/usr/bin/env bash
# A page of 1,500 lines in a real browser, and how long it takes: script and layout for each frame while it is zoomed
# (from the browser's trace), and from a key or click to the next paint while its text streams. Kept under bench/results.
set -euo pipefail
cd "$(dirname "$0")/.."
export HUNYUANOCR_VIEWER_RESULTS=${HUNYUANOCR_VIEWER_RESULTS:-$PWD/bench/results}
dotnet test HunyuanOcr.Web.Tests -c Release -nologo --filter "FullyQualifiedName~Browser.LongPageBrowserTests" "$@"
