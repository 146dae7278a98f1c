# Every target works from a fresh clone. The tools it needs are built once per machine, outside the clone.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/dat-operator
PY = $$(python3 -m hack.venv)
export PYTHONPATH := operator:.
# One directory for each workspace: both build a libdat.rlib (a name without a hash), with different dependencies.
PROGRAM_TARGET = CARGO_TARGET_DIR=$(CACHE)/target/programs
TESTS_TARGET = CARGO_TARGET_DIR=$(CACHE)/target/programs-tests
export CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS := fallback

.PHONY: help
help: ## Show this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Start a cluster, a chain with the true pump.fun and three tokens; burn; leave all running
	@python3 -m hack.prepare; py=$(PY); $$py -m hack.demo up

.PHONY: demo-down
demo-down: ## Remove everything that the demo started
	@py=$(PY); $$py -m hack.demo down

.PHONY: test
test: ## Run all tests; print the time of each ring
	@for ring in unit conformance program integration e2e; do start=$$SECONDS; echo "== test-$$ring"; \
	$(MAKE) --no-print-directory test-$$ring; echo "== test-$$ring passed in $$((SECONDS - start)) s"; done

.PHONY: test-unit
test-unit: ## Test the Python code without I/O
	@py=$(PY); $$py -m pytest tests/unit

.PHONY: test-conformance
test-conformance: ## Compare our instructions and quotes with pump.fun's official SDKs (needs node and npm)
	@py=$(PY); $$py -m pytest tests/conformance

.PHONY: test-program
test-program: ## Test the on-chain program (.so) with the true pump.fun programs in LiteSVM
	@so=$$(python3 -m hack.program path); pump=$$(python3 -m hack.pump); \
	$(TESTS_TARGET) DAT_PROGRAM_SO=$$so PUMP_ARTIFACTS=$$pump cargo test --locked --quiet --manifest-path programs/tests/Cargo.toml
	@$(PROGRAM_TARGET) cargo test --locked --quiet --manifest-path programs/Cargo.toml -p dat

.PHONY: soak
soak: soak-search soak-mutants soak-rows soak-strangers ## Run the tests that are too long for `make test`

.PHONY: soak-search
soak-search: ## Search 24,000 programs of attackers' steps (settings: SEARCH_PROGRAMS, SEARCH_SEED, SEARCH_CORES)
	@so=$$(python3 -m hack.program path); pump=$$(python3 -m hack.pump); \
	$(TESTS_TARGET) DAT_PROGRAM_SO=$$so PUMP_ARTIFACTS=$$pump \
	SEARCH_PROGRAMS=$${SEARCH_PROGRAMS:-24000} SEARCH_CORES=$${SEARCH_CORES:-$$(nproc)} \
		cargo test --locked --quiet --manifest-path programs/tests/Cargo.toml -- --nocapture search::

.PHONY: soak-mutants
soak-mutants: ## Remove checks from the program, one at a time: the search must find nine of ten
	@$(TESTS_TARGET) python3 -m hack.mutants search

.PHONY: soak-rows
soak-rows: ## Remove the fix of each row of the audit, one at a time: the row's test must fail
	@$(TESTS_TARGET) python3 -m hack.mutants rows

.PHONY: soak-strangers
soak-strangers: ## Send 5,000 transactions of a stranger (forged events, dust, cut logs) while the operator runs
	@py=$(PY); $$py -m pytest --log-cli-level=INFO --log-cli-format='%(asctime)s %(message)s' tests/soak

.PHONY: test-integration
test-integration: ## Test with a real API server and a real chain; test the chart and the image
	@py=$(PY); $$py -m pytest --numprocesses 4 --dist loadfile --durations 10 tests/integration charts/dat-operator/tests hack/image/tests

.PHONY: test-e2e
test-e2e: ## Test the demo, outages and the development cluster
	@py=$(PY); $$py -m pytest tests/e2e devcluster/tests

.PHONY: lint-fast
lint-fast: ## Run ruff, mypy, the import contracts and rustfmt (a few seconds)
	@py=$(PY); $$py -m ruff check . && $$py -m ruff format --check . && $$py -m mypy
	@py=$(PY); said=$$($${py%python}lint-imports 2>&1) || { echo "$$said"; exit 1; }
	@for workspace in programs programs/tests; do cargo fmt --manifest-path $$workspace/Cargo.toml --all --check; done

.PHONY: lint
lint: lint-fast ## Run lint-fast and clippy
	@$(PROGRAM_TARGET) cargo clippy --locked --quiet --manifest-path programs/Cargo.toml --all-targets -- -D warnings
	@$(TESTS_TARGET) cargo clippy --locked --quiet --manifest-path programs/tests/Cargo.toml --all-targets -- -D warnings

.PHONY: format
format: ## Format everything
	@py=$(PY); $$py -m ruff format . && $$py -m ruff check --fix .
	@cargo fmt --manifest-path programs/Cargo.toml --all && cargo fmt --manifest-path programs/tests/Cargo.toml --all

.PHONY: generate
generate: ## Generate the CRDs, the genesis accounts and the documents from their sources
	@py=$(PY); $$py -m hack.pump.genesis && $$py -m hack.generate

.PHONY: generate-check-fast
generate-check-fast: ## Fail if a generated file does not fit its sources (two seconds)
	@py=$(PY); $$py -m hack.pump.genesis --check && $$py -m hack.generate --check

.PHONY: generate-check
generate-check: generate-check-fast ## Fail if a generated file or the recorded program does not fit its sources
	@python3 -m hack.program check $(STRICT)

.PHONY: program
program: ## Build the on-chain program and record the .so with its IDLs
	@python3 -m hack.program record
	@py=$(PY); $$py -m hack.generate

.PHONY: lock
lock: ## Renew the locked requirements from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url -q -c requirements/runtime.txt -o requirements/dev.txt
