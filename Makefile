# What people run. `make test` is the one test command: CI calls it as it is.

.PHONY: test check doc fuzz

test: check doc
	cargo nextest run --workspace
	cargo test --workspace --doc --quiet
	$(MAKE) fuzz

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

# Seconds for each of the six targets (tests/fuzz/README.md).
FUZZ_SECONDS ?= 10

fuzz:
	tests/fuzz/run.sh $(FUZZ_SECONDS)
