#!/usr/bin/env bash
# Runs on a machine with a GPU what docs/gpu.md lists, and prints the rows of its table. Needs the .NET 10 SDK, a driver and the CUDA packages of TorchSharp; bash.
# Usage: docs/gpu.sh [FOLDER OF CIFAR-10]
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cifar=${1:-}
backend=-p:InfoMaxBackend=cuda
folder=$(mktemp -d)
rows=()

row() { # row NAME COMMAND...
  local name=$1 begin=$SECONDS
  shift
  if "$@" > "$folder/log" 2>&1; then result=ok; else result=FAILED; tail -n 40 "$folder/log"; fi
  rows+=("| $name | $result, $((SECONDS - begin)) s: $(grep -E 'Passed!|Failed!|^weights|^Completed|DIM\(L\) infoNCE' "$folder/log" | tail -n 1 | tr '|' ' ') |")
}

dotnet build -c Release $backend || exit 1
row "tests that need CUDA" dotnet test --no-build -c Release $backend tests/InfoMax.Core.Tests --filter "needs=CUDA"
row "Overnight" dotnet run --no-build -c Release $backend --project samples/Overnight -- --run "$folder/overnight" --device cuda
timeout --signal=KILL 30 dotnet samples/Overnight/bin/Release/net10.0/Overnight.dll --run "$folder/killed" --device cuda > /dev/null 2>&1
row "Overnight, killed after 30 s and resumed" dotnet run --no-build -c Release $backend --project samples/Overnight -- --run "$folder/killed" --device cuda
if [ -n "$cifar" ]; then
  row "PaperTables, published settings" dotnet run --no-build -c Release $backend --project samples/PaperTables -- --table 1 --only "DIM(L) infoNCE" --data "cifar10=$cifar" --device cuda --runs "$folder/tables"
fi
row "score matrix" dotnet run --no-build -c Release $backend --project benchmarks/InfoMax.Benchmarks -- --filter '*ScoreMatrix*'

echo
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
printf '%s\n' "${rows[@]}"
