#!/usr/bin/env bash
# Fuzzes every target for some seconds, from the repository's corpus; fails on any crash.
# Usage: tests/fuzz/run.sh [SECONDS] [TARGET…]     (10 seconds, all targets)
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-10}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(wire gate template text json import)

# cargo-fuzz wants unstable flags of the compiler; what is instrumented is safe Rust, so coverage and
# checks of overflow are worth more here than an address sanitizer, which doubles the build.
export RUSTC_BOOTSTRAP=1
# A short run ends sooner when less time goes into optimising what it runs.
[ "$seconds" -ge 60 ] || export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=false
build=${CARGO_TARGET_DIR:-$PWD/target}/fuzz
options=(--fuzz-dir tests/fuzz --sanitizer none --target-dir "$build")

command -v cargo-fuzz > /dev/null || cargo install cargo-fuzz --locked --version 0.13.2
cargo fuzz build "${options[@]}"

failed=()
total=0
for target in "${targets[@]}"; do
    # New inputs go to a folder of their own: the repository's corpus is only read.
    found=$build/found/$target
    log=$build/$target.log
    mkdir -p "$found"
    if ! cargo fuzz run "${options[@]}" "$target" "$found" "tests/fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
        -print_final_stats=1 > "$log" 2>&1; then
        failed+=("$target")
        tail -n 60 "$log"
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    total=$((total + ${runs:-0}))
    printf '%-9s %12s executions\n' "$target" "${runs:-?}"
done
printf '%-9s %12s executions\n' all "$total"

if [ ${#failed[@]} -gt 0 ]; then
    echo "crashed: ${failed[*]}; inputs in tests/fuzz/artifacts" >&2
    exit 1
fi
