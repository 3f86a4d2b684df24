#!/usr/bin/env bash
# Mutation testing of the rooms Scores, Estimators and Objectives of InfoMax.Core, by the tests of these rooms and of Critics.
# tests/mutation.sh [FOLDER...] mutates the folders given, each a room or a folder in one; the default is all three rooms, which takes hours.
# Prints the score of each folder and the mutants that survived. The reports are in artifacts/mutation.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/InfoMax.Core.Tests"
root=$(cd ../.. && pwd)
[ $# -gt 0 ] || set -- Scores Estimators Objectives
(cd "$root" && dotnet tool restore > /dev/null)
for folder in "$@"; do
  out=$root/artifacts/mutation/${folder//\//-}
  rm -rf "$out"
  dotnet stryker --mutate "**/InfoMax.Core/$folder/**/*.cs" --output "$out" || [ -f "$out/reports/mutation-report.json" ]
done
