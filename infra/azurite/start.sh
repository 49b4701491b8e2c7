#!/usr/bin/env bash
# Starts the blob emulator on 127.0.0.1 for development: start.sh [port] [data folder]. Stop it with Ctrl+C: killed, it
# loses the last five seconds of what it acknowledged, so it proves the protocol and nothing about durability.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
port=${1:-10000}
data=${2:-data}
[[ -x node_modules/.bin/azurite-blob ]] || npm install --no-package-lock --no-audit --no-fund --silent
exec node_modules/.bin/azurite-blob --blobHost 127.0.0.1 --blobPort "$port" --location "$data" --silent \
  --skipApiVersionCheck --disableTelemetry
