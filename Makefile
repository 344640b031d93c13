# What people run. `make test` is the one test command: CI calls it as it is.

.PHONY: test app app-deps check deb doc e2e e2e-app e2e-app-where-possible e2e-where-possible fuzz compare lines load page page-deps page-where-possible power-cuts simulate tools

test: tools page-where-possible check doc
	cargo nextest run $(MEMBERS)
	cargo test --doc --quiet $(MEMBERS)
	$(MAKE) e2e-where-possible
	$(MAKE) e2e-app-where-possible
	$(MAKE) fuzz

# The program's window needs system libraries. Where they are, cargo takes all members at once: another selection would compile
# what they share anew. Where they are not, it takes the default members, which need none.
MEMBERS := $(shell pkg-config --exists webkit2gtk-4.1 librsvg-2.0 2> /dev/null && echo --workspace)

# The programs that the tests of page and window start. With what tests need beside them, as the tests were built: without it
# cargo would compile much of that anew.
PROGRAMS = cargo build $(MEMBERS) --bins --tests

# The test runner, where it is missing. (The fuzzer installs itself: tests/fuzz/run.sh.)
tools:
	@cargo nextest --version > /dev/null 2>&1 || cargo install cargo-nextest --locked

check:
	cargo fmt --all --check
	cargo clippy $(MEMBERS) --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc $(MEMBERS) --no-deps --quiet

# Seconds for each of the six targets (tests/fuzz/README.md).
FUZZ_SECONDS ?= 10

fuzz:
	tests/fuzz/run.sh $(FUZZ_SECONDS)

# Whole processes across emulated bad lines; takes about half an hour, mostly waiting, and root. Writes
# docs/lines.md. With ONLY="first live-slow", only those (tests/lines/src/all.rs), and nothing is written.
lines:
	cargo build --release
	cargo run --release -p hopluu-lines -- $(ONLY)

# How many nodes, and how many documents each (tests/load/README.md). Takes about ten minutes.
NODES ?= 10000
DOCUMENTS ?= 40

load:
	cargo build --release
	cargo run --release --bin hopluu-load -- --nodes $(NODES) --documents $(DOCUMENTS) --write

# Cuts that each test of tests/power-cuts makes; SEED chooses them (tests/power-cuts/README.md).
CUTS ?= 300

power-cuts: tools
	CUTS=$(CUTS) cargo nextest run -E 'package(hopluu-power-cuts)' --no-fail-fast

# Schedules of the simulation (tests/simulation/README.md), from seed FROM on.
SEEDS ?= 20000
FROM ?= 1

simulate:
	cargo run --release -p hopluu-simulation -- --seeds $(SEEDS) --from $(FROM)

# Beside samod, automerge-repo, Yjs and PouchDB (tests/compare/README.md); writes docs/comparison.md.
COMPARE ?=

compare:
	tests/compare/run.sh $(COMPARE)

# The office's page (app/README.md): checked, tested and built into app/dist, which the next build of the program holds.
page: page-deps
	cd app && npm run check && npm test && npm run build

# Plain Rust builds everything but the page: a machine without Node or Chromium tests all the rest, and says so.
HAS_NODE = node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)' 2> /dev/null && npm --version > /dev/null 2>&1

page-where-possible:
	@if $(HAS_NODE); then $(MAKE) page; else echo "The page is not tested: Node 20.19 or later with npm is missing"; fi

e2e-where-possible:
	@if $(HAS_NODE) && test -n "$(CHROMIUM)"; then $(PROGRAMS) && cd app && CHROMIUM=$(CHROMIUM) npm run e2e; \
		else echo "The page is not tried in a browser: Node 20.19 or Chromium is missing (Debian: apt install chromium)"; fi

page-deps:
	@node --version > /dev/null 2>&1 || { echo "Node 20 or later is missing (Debian: apt install nodejs npm)"; exit 1; }
	cd app && npm ci --no-audit --no-fund

# The page in Chromium against real nodes of this checkout (app/e2e).
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome))

e2e: page
	@test -n "$(CHROMIUM)" || { echo "Chromium is missing (Debian: apt install chromium; elsewhere name it: make e2e CHROMIUM=…)"; exit 1; }
	$(PROGRAMS)
	cd app && CHROMIUM=$(CHROMIUM) npm run e2e

# The program's window (app/src-tauri). It alone needs system libraries; the second line is what its tests drive it with.
app-deps:
	apt-get install -y --no-install-recommends libwebkit2gtk-4.1-dev libgtk-3-dev libayatana-appindicator3-1 librsvg2-dev build-essential pkg-config \
		webkit2gtk-driver xvfb xdotool

app: page
	cargo build --release -p hopluu-desktop

# The window's package for Debian, in target/release/bundle/deb.
deb: app
	cd app && npm run bundle

# The window on a screen without a person, driven as a person would (app/e2e-window).
MISSING_FOR_APP = $(strip $(if $(MEMBERS),,WebKitGTK) $(foreach tool,WebKitWebDriver Xvfb xdotool dpkg-deb,$(if $(shell command -v $(tool)),,$(tool))))

e2e-app: page
	@test -z "$(MISSING_FOR_APP)" || { echo "Missing: $(MISSING_FOR_APP) (Debian: make app-deps)"; exit 1; }
	$(E2E_APP)

e2e-app-where-possible:
	@if ! { $(HAS_NODE); }; then echo "The window is not tried: Node 20.19 or later with npm is missing"; \
		elif test -n "$(MISSING_FOR_APP)"; then echo "The window is not tried: $(MISSING_FOR_APP) missing (Debian: make app-deps)"; \
		else $(E2E_APP); fi

E2E_APP = $(PROGRAMS) && cd app && npm run e2e-window
