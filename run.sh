#!/usr/bin/env bash
# Sets up what is missing, exports the demo model on the first start and starts the web app.
#   ./run.sh                        the demo model on http://localhost:7860
#   ./run.sh --Model:Folder=DIR     another exported model; everything after run.sh goes to the app
set -euo pipefail
cd "$(dirname "$0")"
. ./deploy/prerequisites.sh
require_dotnet
require_node
# pdfinfo and pdftoppm draw the pages of PDFs.
without="PDFs are refused" install_packages poppler-utils

echo "Building (the first time takes a minute or two) ..."
quiet dotnet build HunyuanOcr.Web -c Release -v quiet -nologo
model=$(demo-model/export.sh)
# Decoders of pictures run on many threads; with an arena each, freed memory would stay with glibc instead of being used again.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
exec dotnet HunyuanOcr.Web/bin/Release/net10.0/HunyuanOcr.Web.dll --contentRoot "$PWD/HunyuanOcr.Web" --Model:Folder="$PWD/$model" "$@"
