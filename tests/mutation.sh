#!/usr/bin/env bash
# Mutation testing of the rooms Scores, Estimators and Objectives of InfoMax.Core, by the tests of these rooms and of Critics.
# tests/mutation.sh [FOLDER...] mutates the rooms or sub-folders given, for example Scores/Streaming; the default is all three rooms.
# Fails below a score of 80 %. Prints the score of each file; artifacts/mutation/reports has every mutant.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/InfoMax.Core.Tests"
out=$(cd ../.. && pwd)/artifacts/mutation
[ $# -gt 0 ] || set -- Scores Estimators Objectives
folders=()
for folder in "$@"; do folders+=(--mutate "**/InfoMax.Core/$folder/**/*.cs"); done
rm -rf "$out"
dotnet tool restore > /dev/null
status=0
dotnet stryker "${folders[@]}" --output "$out" || status=$?
grep -v 'N\\/A' "$out/reports/mutation-report.md" || true
exit $status
