#!/usr/bin/env bash
# Installs what is compared, builds the drivers and measures. Arguments go to the program (README.md).
set -euo pipefail
cd "$(dirname "$0")"

# Beside the main build, apart from it: other features, another optimisation of what is not called.
build=${CARGO_TARGET_DIR:-$PWD/../../target}/compare

npm ci --no-audit --no-fund > /dev/null
cargo build --release --locked --target-dir "$build"
exec "$build/release/hopluu-compare" "$@"
