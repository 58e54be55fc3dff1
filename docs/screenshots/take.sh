#!/usr/bin/env bash
# Takes the pictures of this folder afresh: starts the app with the demo model, reads samples in a real browser, saves what is seen.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. ./deploy/prerequisites.sh
require_dotnet
require_node
install_packages chromium fonts-noto-cjk

port=${PORT:-7869}
data=$(mktemp -d)
quiet dotnet build HunyuanOcr.Web.Tests -c Release -v quiet -nologo
./run.sh --Urls "http://localhost:$port" --Storage:DocumentFolder "$data" >"$data/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
for ((second = 0; second < 300; second++)); do
  [ "$(curl -fs "http://localhost:$port/health/ready" || true)" = ready ] && break
  kill -0 "$server" 2>/dev/null || { cat "$data/server.log" >&2; exit 1; }
  sleep 1
done
node "$here/take.mjs" "http://localhost:$port" "$here"
