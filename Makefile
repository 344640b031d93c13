# What people run. `make test` is the one test command: CI calls it as it is.

.PHONY: test check doc fuzz compare tools

test: tools check doc
	cargo nextest run --workspace
	cargo test --workspace --doc --quiet
	$(MAKE) fuzz

# The test runner, where it is missing. (The fuzzer installs itself: tests/fuzz/run.sh.)
tools:
	@cargo nextest --version > /dev/null 2>&1 || cargo install cargo-nextest --locked

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

# Seconds for each of the six targets (tests/fuzz/README.md).
FUZZ_SECONDS ?= 10

fuzz:
	tests/fuzz/run.sh $(FUZZ_SECONDS)

# Beside samod, automerge-repo, Yjs and PouchDB (tests/compare/README.md); writes docs/comparison.md.
COMPARE ?=

compare:
	tests/compare/run.sh $(COMPARE)
