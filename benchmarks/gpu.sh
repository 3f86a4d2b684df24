#!/usr/bin/env bash
# Runs on a machine with a GPU what docs/guides/gpu.md lists, and prints the rows of its table. Needs bash, a driver, and either the CUDA packages of TorchSharp or the libtorch of a Python installation.
#
# benchmarks/gpu.sh [CIFAR-10]              builds and runs here; needs the .NET 10 SDK
# benchmarks/gpu.sh pack FOLDER             builds all that is needed into FOLDER, .NET's runtime and the images included, for a machine without an SDK (Linux, x64)
# FOLDER/gpu.sh run FOLDER [CIFAR-10] runs there what was packed
#
# CIFAR-10 is the folder of its binary files; without it the rows of tables that need it are left out.
# INFOMAX_LIBTORCH: the folder of the libtorch to use, such as "$(python3 -c 'import torch, os; print(os.path.dirname(torch.__file__))')/lib"; to be set for packing too (then to any folder). Without it the CUDA packages are used.
# INFOMAX_STEPS: names of steps, to run these alone, in this order; see ALL below.
set -uo pipefail

ALL="plan precision feeding steps ratios published tiles memory tests exchange overnight resumed tables published-settings"
PROJECTS="tests/InfoMax.Core.Tests benchmarks/InfoMax.Benchmarks samples/Overnight samples/PaperTables"

pack() { # pack FOLDER
  local folder backend=cuda project sdk root
  cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
  mkdir -p "$1" && folder=$(cd "$1" && pwd) || exit 1
  [ -n "${INFOMAX_LIBTORCH:-}" ] && backend=none
  for project in $PROJECTS; do
    dotnet publish -c Release -r linux-x64 --no-self-contained "-p:InfoMaxBackend=$backend" "$project" -o "$folder/$(basename "$project")" || exit 1
  done

  # The runtime, and of the SDK what runs tests.
  sdk=$(dotnet --list-sdks | tail -n 1 | sed -E 's/^([^ ]+) \[(.*)\]$/\2\/\1/')
  root=$(dirname "$(dirname "$sdk")")
  mkdir -p "$folder/dotnet/shared" "$folder/vstest"
  cp -r "$root/dotnet" "$root/host" "$folder/dotnet/" || exit 1
  cp -r "$root/shared/Microsoft.NETCore.App" "$folder/dotnet/shared/" || exit 1
  cp -r "$sdk"/vstest.console.{dll,deps.json,runtimeconfig.json} "$sdk"/Microsoft.TestPlatform*.dll "$sdk"/Microsoft.VisualStudio.TestPlatform*.dll \
    "$sdk"/Microsoft.Extensions.{FileSystemGlobbing,DependencyModel}.dll "$sdk/Newtonsoft.Json.dll" "$sdk/Extensions" "$folder/vstest/" || exit 1
  # Images, and what the tests of docs/guides/exchange.md read.
  mkdir -p "$folder/samples" "$folder/docs/guides" "$folder/tests/InfoMax.Core.Tests/Weights"
  cp -r samples/data "$folder/samples/" && cp docs/guides/exchange.md "$folder/docs/guides/" && cp benchmarks/gpu.sh InfoMax.sln "$folder/" && cp {,"$folder/"}tests/InfoMax.Core.Tests/Weights/ExchangeDocumentTests.cs || exit 1
}

row() { # row NAME COMMAND...
  local name=$1 begin=$SECONDS result
  shift
  echo "== $name"
  if "$@" > "$logs/log" 2>&1; then result=ok; else result=FAILED; tail -n 40 "$logs/log"; fi
  rows+=("| $name | $result, $((SECONDS - begin)) s: $(grep -E 'Passed!|Failed!|^weights|^Completed|DIM\(L\) infoNCE' "$logs/log" | tail -n 1 | tr '|' ' ') |")
  printf '%s\n' "${rows[-1]}"
}

measure() { # measure ARGUMENTS...: a benchmark, whose table is printed
  row "benchmark: $1" "$dotnet" "$folder/InfoMax.Benchmarks/InfoMax.Benchmarks.dll" cuda "$@"
  grep -E '^\||cores' "$logs/log"
}

overnight() { "$dotnet" "$folder/Overnight/Overnight.dll" --run "$1" --device cuda; }

tables() { "$dotnet" "$folder/PaperTables/PaperTables.dll" --table 1 --only "DIM(L) infoNCE" --device cuda --runs "$logs/tables" "$@"; }

tests() { "$dotnet" exec "$folder/vstest/vstest.console.dll" "$folder/InfoMax.Core.Tests/InfoMax.Core.Tests.dll" "--TestCaseFilter:$1"; }

run() { # run FOLDER [CIFAR-10]
  local cifar=${2:-} step
  folder=$(cd "$1" && pwd) || exit 1
  dotnet=$folder/dotnet/dotnet
  export DOTNET_ROOT=$folder/dotnet DOTNET_CLI_TELEMETRY_OPTOUT=1
  [ -n "${INFOMAX_LIBTORCH:-}" ] && export LD_LIBRARY_PATH="$INFOMAX_LIBTORCH:${LD_LIBRARY_PATH:-}"
  logs=$(mktemp -d)
  rows=()
  for step in ${INFOMAX_STEPS:-$ALL}; do
    case $step in
      plan | precision | steps | ratios | published | tiles | memory) measure "$step" ;;
      feeding) measure feeding "$folder/samples/data/eurosat/train" 7 30 ;;
      tests) row "tests that need CUDA" tests needs=CUDA ;;
      exchange) row "tests of exchange with Python" tests FullyQualifiedName~ExchangeDocument ;;
      overnight) row "Overnight" overnight "$logs/overnight" ;;
      resumed)
        timeout --signal=KILL 8 "$dotnet" "$folder/Overnight/Overnight.dll" --run "$logs/killed" --device cuda > /dev/null 2>&1
        row "Overnight, killed after 8 s and resumed" overnight "$logs/killed"
        ;;
      tables) row "PaperTables, EuroSAT" tables --small ;;
      published-settings) [ -n "$cifar" ] && row "PaperTables, published settings" tables --data "cifar10=$cifar" ;;
      *) echo "no step is named $step: $ALL"; exit 2 ;;
    esac
  done

  echo
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  printf '%s\n' "${rows[@]}"
}

case ${1:-} in
  pack) pack "${2:?expected the folder to pack into}" ;;
  run) run "${2:?expected the folder that was packed}" "${3:-}" ;;
  *)
    packed=$(mktemp -d)
    # In a shell of its own: packing changes the folder.
    (pack "$packed") && run "$packed" "${1:-}"
    ;;
esac
