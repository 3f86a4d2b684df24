#!/usr/bin/env bash
# Builds the documentation site into artifacts/docs/site, from the pages of docs/ and the XML documentation of src/.
# Needs the .NET 10 SDK. A warning fails the build. "docs/build.sh --serve" also serves the site at http://localhost:8080.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet tool restore
dotnet build -c Release src/InfoMax
rm -rf artifacts/docs
dotnet docfx metadata docs/docfx.json --warningsAsErrors
dotnet docfx build docs/docfx.json --warningsAsErrors "$@"
echo "The site is in artifacts/docs/site."
