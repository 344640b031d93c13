#!/usr/bin/env bash
# Installs what is compared, builds the drivers and measures. Arguments go to the program (README.md).
set -euo pipefail
cd "$(dirname "$0")"

npm ci --no-audit --no-fund > /dev/null
cargo build --release --workspace --locked
exec "${CARGO_TARGET_DIR:-target}/release/hopluu-compare" "$@"
