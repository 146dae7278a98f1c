# Every target works from a fresh clone: what it needs is built once per machine, outside the clone.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/dat-operator
PY = $$(python3 -m hack.venv)
export PYTHONPATH := operator:.
# One directory for each workspace: both build a libdat.rlib, whose name has no hash, with other dependencies.
PROGRAM_TARGET = CARGO_TARGET_DIR=$(CACHE)/target/programs
TESTS_TARGET = CARGO_TARGET_DIR=$(CACHE)/target/programs-tests
export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS := fallback

.PHONY: help
help: ## Show this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## A cluster, a chain with the true pump.fun, three tokens, real burns; leaves it all up
	@py=$(PY); $$py -m hack.demo up

.PHONY: demo-down
demo-down: ## Remove everything that the demo started
	@py=$(PY); $$py -m hack.demo down

.PHONY: test
test: ## All tests, with the time of each ring
	@for ring in unit conformance program integration e2e; do start=$$SECONDS; echo "== test-$$ring"; \
	$(MAKE) --no-print-directory test-$$ring; echo "== test-$$ring passed in $$((SECONDS - start)) s"; done

.PHONY: test-unit
test-unit: ## Python without I/O
	@py=$(PY); $$py -m pytest tests/unit

.PHONY: test-conformance
test-conformance: ## What we build and quote against pump.fun's official SDKs (wants node and npm)
	@py=$(PY); $$py -m pytest tests/conformance

.PHONY: test-program
test-program: ## The on-chain program as a .so with the true pump.fun programs in LiteSVM
	@so=$$(python3 -m hack.program path); pump=$$(python3 -m hack.pump); \
	$(TESTS_TARGET) DAT_PROGRAM_SO=$$so PUMP_ARTIFACTS=$$pump cargo test --locked --quiet --manifest-path programs/tests/Cargo.toml
	@$(PROGRAM_TARGET) cargo test --locked --quiet --manifest-path programs/Cargo.toml -p dat

.PHONY: soak
soak: soak-search soak-mutants soak-rows soak-strangers ## All that is too long for `make test`

.PHONY: soak-search
soak-search: ## 24,000 programs of attackers' steps (SEARCH_PROGRAMS, SEARCH_SEED, SEARCH_CORES choose others)
	@so=$$(python3 -m hack.program path); pump=$$(python3 -m hack.pump); \
	$(TESTS_TARGET) DAT_PROGRAM_SO=$$so PUMP_ARTIFACTS=$$pump \
	SEARCH_PROGRAMS=$${SEARCH_PROGRAMS:-24000} SEARCH_CORES=$${SEARCH_CORES:-$$(nproc)} \
		cargo test --locked --quiet --manifest-path programs/tests/Cargo.toml -- --nocapture search::

.PHONY: soak-mutants
soak-mutants: ## Take checks out of the program, one at a time: the search finds nine of ten
	@$(TESTS_TARGET) python3 -m hack.mutants search

.PHONY: soak-rows
soak-rows: ## Take the fix of each row of the audit out, one at a time: the row's test fails
	@$(TESTS_TARGET) python3 -m hack.mutants rows

.PHONY: soak-strangers
soak-strangers: ## 5,000 transactions of a stranger, forged events, dust and cut logs, with the operator at work
	@py=$(PY); $$py -m pytest --log-cli-level=INFO --log-cli-format='%(asctime)s %(message)s' tests/soak

.PHONY: test-integration
test-integration: ## Against a real API server and a real chain; the chart and the image
	@py=$(PY); $$py -m pytest --numprocesses 3 --dist loadfile --durations 10 tests/integration charts/dat-operator/tests hack/image/tests

.PHONY: test-e2e
test-e2e: ## The demo with assertions, outages, and the cluster that it stands on
	@py=$(PY); $$py -m pytest tests/e2e devcluster/tests

.PHONY: lint
lint: ## ruff, mypy, import contracts, rustfmt, clippy
	@py=$(PY); $$py -m ruff check . && $$py -m ruff format --check . && $$py -m mypy
	@py=$(PY); $$py -c 'import sys; sys.argv = ["lint-imports"]; from importlinter.cli import lint_imports_command; lint_imports_command()' > /tmp/dat-lint-imports.$$$$ 2>&1 \
		|| { cat /tmp/dat-lint-imports.$$$$; exit 1; }; rm -f /tmp/dat-lint-imports.$$$$
	@for workspace in programs programs/tests; do cargo fmt --manifest-path $$workspace/Cargo.toml --all --check; done
	@$(PROGRAM_TARGET) cargo clippy --locked --quiet --manifest-path programs/Cargo.toml --all-targets -- -D warnings
	@$(TESTS_TARGET) cargo clippy --locked --quiet --manifest-path programs/tests/Cargo.toml --all-targets -- -D warnings

.PHONY: format
format: ## Format everything
	@py=$(PY); $$py -m ruff format . && $$py -m ruff check --fix .
	@cargo fmt --manifest-path programs/Cargo.toml --all && cargo fmt --manifest-path programs/tests/Cargo.toml --all

.PHONY: generate
generate: ## CRDs, genesis accounts and the IDL from their sources
	@py=$(PY); $$py -m hack.pump.genesis && $$py -m hack.generate

.PHONY: generate-check
generate-check: ## Fail if a generated file is out of step
	@py=$(PY); $$py -m hack.pump.genesis --check && $$py -m hack.generate --check
	@python3 -m hack.program check $(STRICT)

.PHONY: program
program: ## Rebuild the on-chain program and record the .so with its IDLs
	@python3 -m hack.program record
	@py=$(PY); $$py -m hack.generate

.PHONY: lock
lock: ## Renew the locked requirements from pyproject.toml (wants uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url -q -c requirements/runtime.txt -o requirements/dev.txt
