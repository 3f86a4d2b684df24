#!/usr/bin/env bash
# Runs on a machine with a GPU what docs/gpu.md lists, and prints the rows of its table. Needs the .NET 10 SDK, a driver, and either the CUDA packages of TorchSharp or the libtorch of a Python installation; bash.
# Usage: docs/gpu.sh [FOLDER OF CIFAR-10]
#        INFOMAX_LIBTORCH="$(python3 -c 'import torch, os; print(os.path.dirname(torch.__file__))')/lib" docs/gpu.sh [FOLDER OF CIFAR-10]
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cifar=${1:-}
if [ -n "${INFOMAX_LIBTORCH:-}" ]; then
  backend=-p:InfoMaxBackend=none
  export LD_LIBRARY_PATH="$INFOMAX_LIBTORCH:${LD_LIBRARY_PATH:-}"
else
  backend=-p:InfoMaxBackend=cuda
fi

folder=$(mktemp -d)
rows=()

row() { # row NAME COMMAND...
  local name=$1 begin=$SECONDS
  shift
  if "$@" > "$folder/log" 2>&1; then result=ok; else result=FAILED; tail -n 40 "$folder/log"; fi
  rows+=("| $name | $result, $((SECONDS - begin)) s: $(grep -E 'Passed!|Failed!|^weights|^Completed|DIM\(L\) infoNCE' "$folder/log" | tail -n 1 | tr '|' ' ') |")
}

measure() { # measure NAME ARGUMENTS...: a benchmark, whose table is printed
  local name=$1
  shift
  row "$name" dotnet run --no-build -c Release $backend --project benchmarks/InfoMax.Benchmarks -- cuda "$@"
  grep '^|' "$folder/log"
}

dotnet build -c Release $backend || exit 1
row "tests that need CUDA" dotnet test --no-build -c Release $backend tests/InfoMax.Core.Tests --filter "needs=CUDA"
row "Overnight" dotnet run --no-build -c Release $backend --project samples/Overnight -- --run "$folder/overnight" --device cuda
timeout --signal=KILL 8 dotnet samples/Overnight/bin/Release/net10.0/Overnight.dll --run "$folder/killed" --device cuda > /dev/null 2>&1
row "Overnight, killed after 8 s and resumed" dotnet run --no-build -c Release $backend --project samples/Overnight -- --run "$folder/killed" --device cuda
for what in steps ratios published tiles memory plan; do measure "benchmark: $what" $what; done
row "PaperTables, EuroSAT" dotnet run --no-build -c Release $backend --project samples/PaperTables -- --table 1 --small --only "DIM(L) infoNCE" --device cuda --runs "$folder/small"
if [ -n "$cifar" ]; then
  row "PaperTables, published settings" dotnet run --no-build -c Release $backend --project samples/PaperTables -- --table 1 --only "DIM(L) infoNCE" --data "cifar10=$cifar" --device cuda --runs "$folder/tables"
fi

echo
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
printf '%s\n' "${rows[@]}"
