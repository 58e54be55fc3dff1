#!/usr/bin/env bash
# Sets up what is missing, builds with warnings as errors and runs all tests. Ends with "N passed, N failed".
#   ./test.sh            everything
#   ./test.sh NAME       only suites whose name holds NAME
set -uo pipefail
cd "$(dirname "$0")"
. ./deploy/prerequisites.sh
require_dotnet
require_node
install_packages postgresql-common
# The tests start a server of their own in a temporary folder; the package must not leave one running.
if [ -f /etc/postgresql-common/createcluster.conf ] && ! grep -q '^create_main_cluster = false' /etc/postgresql-common/createcluster.conf && ! dpkg -s postgresql >/dev/null 2>&1; then
  [ -w /etc/postgresql-common/createcluster.conf ] && sed -i "s/^#\?create_main_cluster.*/create_main_cluster = false/" /etc/postgresql-common/createcluster.conf
fi
install_packages postgresql
# A real Prometheus and a real nginx, for the tests of deploy/.
install_without_starting prometheus nginx-light
install_packages chromium fonts-noto-cjk fonts-dejavu-core poppler-utils \
  python3-torch python3-numpy python3-pil python3-regex python3-fonttools libopenblas0-pthread

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0 broken=0

echo "Building ..."
if ! dotnet build HunyuanOcr.sln -c Release -v quiet -nologo; then
  echo "The build failed."
  echo "0 passed, 1 failed"
  exit 1
fi

count() { # file pattern -> sum of the numbers that follow the pattern
  grep -oE "$2 *[0-9]+" "$1" | grep -oE '[0-9]+' | awk '{s += $1} END {print s + 0}'
}

for project in onnx-export.Tests HunyuanOcr.Inference.Tests HunyuanOcr.Web.Tests; do
  [[ $project == *"${1:-}"* ]] || continue
  echo "== $project"
  log=$results/$project.log
  # A test that stands still for ten minutes is named and ends the run.
  dotnet test "$project" -c Release --no-build -nologo --results-directory "$results" --blame-hang-timeout 10m --blame-hang-dump-type none 2>&1 | tee "$log"
  [ "${PIPESTATUS[0]}" -eq 0 ] || broken=1
  passed=$((passed + $(count "$log" 'Passed:')))
  failed=$((failed + $(count "$log" 'Failed:')))
  skipped=$((skipped + $(count "$log" 'Skipped:')))
done

if [[ wwwroot-assets == *"${1:-}"* ]] && [ -f wwwroot-assets/package.json ]; then
  echo "== wwwroot-assets"
  log=$results/assets.log
  (cd wwwroot-assets && npm test --silent) 2>&1 | tee "$log"
  [ "${PIPESTATUS[0]}" -eq 0 ] || broken=1
  passed=$((passed + $(count "$log" '# pass')))
  failed=$((failed + $(count "$log" '# fail')))
fi

if [[ cuda-kernels == *"${1:-}"* ]]; then
  echo "== cuda-kernels, on this machine's processor"
  if ! command -v g++ >/dev/null; then
    echo "Skipped: g++ is not there."
    skipped=$((skipped + 1))
  elif g++ -O1 -w -std=c++17 -DHOST_LANES -x c++ bench/cuda/kernels_test.cu -o "$results/kernels_test" && "$results/kernels_test" > "$results/kernels.log"; then
    passed=$((passed + $(grep -c '"good":true' "$results/kernels.log")))
  else
    grep -v '"good":true' "$results/kernels.log"
    failed=$((failed + 1))
    broken=1
  fi
fi

for suite in pytorch-worker demo-model/train demo-model/evaluate bench/cuda; do
  [[ $suite == *"${1:-}"* ]] || continue
  echo "== $suite"
  if ! /usr/bin/python3 -c 'import torch, numpy, PIL, regex, fontTools' 2>/dev/null; then
    echo "Skipped: the Debian packages python3-torch, -numpy, -pil, -regex and -fonttools are not there."
    skipped=$((skipped + 1))
    continue
  fi
  log=$results/python.log
  OMP_WAIT_POLICY=PASSIVE /usr/bin/python3 -m unittest discover -s "$suite" -t "$suite" 2>&1 | tail -60 | tee "$log"
  ran=$(count "$log" '^Ran')
  wrong=$(($(count "$log" 'failures=') + $(count "$log" 'errors=')))
  grep -q '^OK' "$log" || broken=1
  passed=$((passed + ran - wrong))
  failed=$((failed + wrong))
done

[ "$broken" -eq 1 ] && [ "$failed" -eq 0 ] && failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
