#!/usr/bin/env bash
# Starts the published server with the accelerated engine; it takes the place of this shell, so that signals reach it.
#   deploy/start_onnx.sh [--port 7860] [--host 127.0.0.1] [--Section:Key value ...]
#   HUNYUANOCR_WEB    folder of the published app (beside deploy/: web/, or the build of this checkout)
#   HUNYUANOCR_MODEL  folder that onnx-export wrote (beside deploy/: model/)
# A key is required unless Auth__RequireKey says otherwise; make one first: start_onnx.sh keys create --name NAME
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
web=${HUNYUANOCR_WEB:-}
if [ -z "$web" ]; then
  for web in "$here/web" "$here/HunyuanOcr.Web/bin/Release/net10.0"; do [ -f "$web/HunyuanOcr.Web.dll" ] && break; done
fi
if [ ! -f "$web/HunyuanOcr.Web.dll" ]; then
  echo "There is no HunyuanOcr.Web.dll in $web: publish the app (dotnet publish HunyuanOcr.Web -c Release -o web) or set HUNYUANOCR_WEB." >&2
  exit 2
fi
content=$web
[ -f "$web/appsettings.json" ] && [ -d "$web/wwwroot" ] || content=$here/HunyuanOcr.Web
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
export Auth__RequireKey=${Auth__RequireKey:-true}
export Telemetry__JsonLogs=${Telemetry__JsonLogs:-true}
export Model__Folder=${HUNYUANOCR_MODEL:-${Model__Folder:-$here/model}}
export ASPNETCORE_CONTENTROOT=$content
exec dotnet "$web/HunyuanOcr.Web.dll" "$@"
