#!/usr/bin/env bash
# Time and peak memory of exporting the demo checkpoint and a random one of the full public size, in both layouts and
# precisions. Needs GNU time and about 11 GB of disk.
#   bench/export.sh WORK_FOLDER RESULT.json
set -euo pipefail
cd "$(dirname "$0")/.."
work=$1 result=$2
program=onnx-export/bin/Release/net10.0/onnx-export.dll
dotnet build onnx-export -c Release -v quiet -nologo >&2
mkdir -p "$work"
rows=()
load_before=$(cut -d' ' -f1 /proc/loadavg)

measure() { # label, output folder, arguments of onnx-export
  local label=$1 output=$2 log=$work/time.log
  shift 2
  rm -rf "$output"
  sync
  echo "$label" >&2
  /usr/bin/time -v -o "$log" dotnet "$program" "$@" --output "$output" > /dev/null
  local seconds rss bytes command
  seconds=$(awk -F': ' '/Elapsed/ {n = split($2, t, ":"); s = 0; for (i = 1; i <= n; i++) s = s * 60 + t[i]; print s}' "$log")
  rss=$(awk -F': ' '/Maximum resident/ {printf "%.0f", $2 / 1024}' "$log")
  bytes=$(du -sb --apparent-size "$output"/* | awk '{s += $1} END {printf "%.0f", s}')
  command="onnx-export $(sed "s#$work/##g" <<< "$*") --output $(basename "$output")"
  rows+=("$(printf '    {"what": "%s", "command": "%s", "seconds": %s, "peak_rss_mb": %s, "bytes_written": %s}' "$label" "$command" "$seconds" "$rss" "$bytes")")
}

for precision in fp32 int8; do
  measure "demo checkpoint, $precision" "$work/demo-$precision" --checkpoint demo-model/checkpoint --target cpu --precision $precision
  rm -rf "$work/demo-$precision"
done
for layout in nested flat; do
  shards=$([ $layout = nested ] && echo 1 || echo 4)
  measure "random 0.996 B checkpoint, $layout, $shards file(s)" "$work/random-$layout" make-random --layout $layout --shards $shards --seed 1
  for precision in fp32 int8; do
    measure "0.996 B, $layout layout, $precision" "$work/$layout-$precision" --checkpoint "$work/random-$layout" --target cpu --precision $precision
    rm -rf "$work/$layout-$precision"
  done
  rm -rf "$work/random-$layout"
done
rm -f "$work/time.log"

{
  echo '{'
  echo '  "measured": "'"$(date -u +%Y-%m-%d)"'",'
  echo '  "machine": "'"$(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GB, $(. /etc/os-release && echo "$PRETTY_NAME"), .NET $(dotnet --version)"'",'
  echo '  "load_average_before_and_after": "'"$load_before, $(cut -d' ' -f1 /proc/loadavg)"'",'
  echo '  "runs": ['
  for ((i = 0; i < ${#rows[@]}; i++)); do
    echo "${rows[i]}$([ $i -lt $((${#rows[@]} - 1)) ] && echo ,)"
  done
  echo '  ]'
  echo '}'
} > "$result"
