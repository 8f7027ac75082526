# biaozhun: what can be done here. `make help` lists it. Needs Rust only; the interop tests use LibreOffice, Chromium,
# pdftotext and pandoc where they are installed.

CARGO ?= cargo
DEMO  := samples/water-bureau-2023.txt
OUT   := demo-out

.DEFAULT_GOAL := help
.PHONY: help build static install deny demo test promises measure samples rules bench fuzz hostile lint fmt clean

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

build: ## the program, optimised: target/release/biaozhun
	$(CARGO) build --release

# With musl where its target is installed (`rustup target add`), else with a static glibc; STATIC names the target.
STATIC ?= $(firstword $(filter %-linux-musl,$(shell rustup target list --installed 2>/dev/null)) $(shell rustc -vV | sed -n 's/host: //p'))

static: ## one file that runs on any Linux of this processor: target/TARGET/release/biaozhun
	RUSTFLAGS="-C target-feature=+crt-static" $(CARGO) build --release --locked --target $(STATIC)
	@echo "target/$(STATIC)/release/biaozhun"

PREFIX ?= /usr/local

install: build ## the program, its manual pages and completions: PREFIX=/usr/local
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 target/release/biaozhun $(DESTDIR)$(PREFIX)/bin/
	target/release/biaozhun man -o $(DESTDIR)$(PREFIX)/share/man/man1
	target/release/biaozhun completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/biaozhun
	target/release/biaozhun completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_biaozhun
	target/release/biaozhun completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/biaozhun.fish

deny: ## licences, sources and known vulnerabilities of what is linked (needs cargo-deny)
	cargo deny check

# The sample has the real form's faults, so findings of level error are to be expected: exit status 1, which is no failure here.
demo: build ## the main job on a sample: a loose form in, checked YAML, DOCX and HTML out
	@rm -rf $(OUT)
	@status=0; $(CARGO) run --quiet --release -- convert $(DEMO) -o $(OUT) || status=$$?; \
	if [ $$status -gt 1 ]; then echo "biaozhun failed (exit status $$status)"; exit $$status; fi; \
	echo; \
	echo "In:   $(DEMO)  (a pasted form with shifted rows, page breaks, a misspelt label, wrong shares)"; \
	echo "Open: $(OUT)/water-bureau-2023.yaml  the data, what was changed and why, what was found"; \
	echo "      $(OUT)/water-bureau-2023.docx  the form in its official layout"; \
	echo "      $(OUT)/water-bureau-2023.html  the same as a page, with changes and findings behind it"; \
	echo "Next: change a value under data in the YAML, then"; \
	echo "      ./target/release/biaozhun convert $(OUT)/water-bureau-2023.yaml -o $(OUT)/again"; \
	if [ $$status -eq 1 ]; then echo "Exit status 1: the findings above of level error (错误) stand in the sample itself."; fi

test: ## all tests
	$(CARGO) test

promises: ## the three promises on many generated forms (optimised build)
	$(CARGO) test --profile quick --test promises

measure: ## how well generated forms are read: a table (CASES=200 ONLY="tabs degree" SHOW=1)
	$(CARGO) test --profile quick --test promises -- --ignored --exact --nocapture measure

samples: ## write the outputs beside samples/ anew (look at the difference!)
	$(CARGO) test --test samples -- --ignored --exact write_samples

rules: ## write the rule book, docs/rules, anew from the code
	$(CARGO) test --test rulebook -- --ignored --exact write_rules
	$(CARGO) test --test rules -- --ignored --exact coverage::write_coverage

bench: ## speed of each stage for a form and 10, 100, 1000 times its indicators; of reading, of filling and of the whole way beside the least they can cost, and beside other programs
	$(CARGO) bench --bench stages
	$(CARGO) bench --bench word
	$(CARGO) bench --bench filling
	$(CARGO) bench --bench whole

fuzz: ## one reader with bytes that no program writes (TARGET=docx SECONDS=300; fuzz/Cargo.toml names the targets)
	fuzz/run.sh $(or $(TARGET),docx) $(or $(SECONDS),300)

hostile: ## write a corpus of hostile files into a folder (HOSTILE_DIR=hostile)
	HOSTILE_DIR=$(or $(HOSTILE_DIR),hostile) $(CARGO) test --test hostile -- --ignored --exact write_corpus

lint: ## formatting, clippy and documentation without a warning
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --no-deps --document-private-items

fmt: ## format the code
	$(CARGO) fmt

clean: ## remove what was built
	$(CARGO) clean
	rm -rf $(OUT)
