#!/usr/bin/env bash
# Line and branch coverage of the libraries, by all tests or by the projects and filters given: tests/coverage.sh [arguments of dotnet test].
# Prints a summary; artifacts/coverage/index.html shows every line.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
rm -rf artifacts/coverage
dotnet tool restore > /dev/null
dotnet test -c Release --settings tests/coverage.runsettings --collect "XPlat Code Coverage" --results-directory artifacts/coverage/runs "$@"
dotnet reportgenerator "-reports:artifacts/coverage/runs/*/coverage.cobertura.xml" -targetdir:artifacts/coverage "-reporttypes:Html;TextSummary" -verbosity:Warning
cat artifacts/coverage/Summary.txt
