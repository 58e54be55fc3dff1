# What the scripts that measure a whole server share; sourced by them in the root of the repository. Makes the demo model and the programs.
model=$(demo-model/export.sh)
dotnet build bench -c Release -v quiet -nologo
dotnet build HunyuanOcr.Web -c Release -v quiet -nologo
export MALLOC_ARENA_MAX=2 # as run.sh does
results=${HUNYUANOCR_BENCH_RESULTS:-bench/results}
mkdir -p "$results"
bench() { dotnet bench/bin/Release/net10.0/HunyuanOcr.Bench.dll "$@" --model "$model" --server HunyuanOcr.Web/bin/Release/net10.0/HunyuanOcr.Web.dll; }
