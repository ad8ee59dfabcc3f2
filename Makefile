# Every task of the project by one name. Needs Python 3.11+ and make; everything else is installed into .venv.
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
DEV := $(VENV)/.dev
DEMO := $(VENV)/.demo
DOCS := $(VENV)/.docs
WORKERS ?= 2
.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*##.*/\1/p' Makefile)

help:  ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(DEV)  ## make .venv with everything a developer needs

$(DEV): pyproject.toml
	@sh scripts/setup.sh $(VENV) dev
	@touch $(DEV) $(DEMO) $(DOCS)

$(DEMO): pyproject.toml
	@sh scripts/setup.sh $(VENV) demo
	@touch $(DEMO)

$(DOCS): pyproject.toml
	@sh scripts/setup.sh $(VENV) docs
	@touch $(DOCS)

demo: $(DEMO)  ## train two models, register them, read them back, compare them
	@$(PY) -m examples.demo

test: $(DEV)  ## run the test suite
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal -m 'not heavy' $(ARGS)

test-heavy: $(DEV)  ## run what takes long: every pair of registry and code, stores, MLflow, browsers, wheels, documents
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal -m heavy $(ARGS)

test-all: test test-heavy  ## run both

check: $(DEV)  ## format, lint, types, layers, generated files: says what is wrong, changes nothing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(PY) scripts/house_rules.py
	@$(PY) scripts/typed_examples.py
	@$(PY) scripts/unasync.py --check
	@$(PY) scripts/cli_reference.py --check
	@$(PY) scripts/component.py --check
	@$(PY) scripts/constraints.py lowest --check
	@$(PY) -m scripts.contract check

fmt: $(DEV)  ## format and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(PY) scripts/unasync.py

spec: $(DEV)  ## compare the published contract with ours (SPEC_REF=, SPEC_URL=, SPEC_URL_V1=; UPDATE=1 takes it)
	@$(PY) -m scripts.contract spec $(ARGS)

verify-spec: $(DEV)  ## take the locked files again and compare their digests
	@$(PY) -m scripts.contract verify-spec

generate: $(DEV)  ## write generated/modelreg_rest from the contract
	@$(PY) -m scripts.contract generate

bump: $(DEV)  ## take a new contract over, generate, and list what is left to do
	@$(PY) -m scripts.contract bump $(ARGS)

contract: $(DEV)  ## run the contract's tests and the behaviour suite; with REGISTRY_URL= that suite on a live registry
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(if $(REGISTRY_URL),,tests/contract) tests/facade $(ARGS)

fuzz: $(DEV)  ## run the property tests with many more examples
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal --hypothesis-profile=fuzz tests

faults: $(DEV)  ## kill clients and servers and break exchanges, 1,000 and 10,000 times unless ARGS= says otherwise; print counts
	@$(PY) -m tests.heavy.faults $(ARGS)

mutants: $(DEV)  ## change the pure core in one place at a time and count what no test notices (ARGS=modelreg._core.change)
	@nice -n 10 $(PY) scripts/mutants.py --workers $(WORKERS) $(ARGS)

bench: $(DEV)  ## measure: import time and the way of a call
	@for part in $(basename $(notdir $(wildcard tests/bench/*.py))); do $(PY) -m tests.bench.$$part || exit 1; done

race: $(DEV)  ## count what survives when 32 processes write to one record; with REGISTRY_URL= on a live registry
	@$(PY) -m tests.heavy.race $(if $(REGISTRY_URL),--url $(REGISTRY_URL)) $(ARGS)

soak: $(DEV)  ## load a served registry: memory, errors, p50 and p99 (ARGS="--requests 50000 --seconds 600")
	@$(PY) -m tests.heavy.soak $(ARGS)

test-lowest: $(DEV)  ## run the tests on the lowest versions that pyproject.toml allows
	@sh scripts/test_lowest.sh $(ARGS)

tested: $(DEV)  ## write constraints/tested.txt: the versions installed here, after the suite has passed
	@$(PY) scripts/constraints.py tested

audit: $(DEV)  ## ask for known holes in the packages of constraints/tested.txt
	@sh scripts/audit.sh $(ARGS)

docs: $(DOCS)  ## build the document site into site/; a broken link or a public name without an entry fails
	@$(PY) -m scripts.docs

pictures: $(DEV)  ## draw the pictures of the documents again, from real commands and the real page
	@$(PY) -m scripts.pictures

wheel: $(DEV)  ## build the wheel into dist/
	@$(PY) -m build --wheel --no-isolation

wheels: $(DEV)  ## build the wheel and try each extra in an environment of its own
	@$(PY) -m pytest -n 0 -m heavy tests/wheels $(ARGS)

clean:  ## remove what the tasks above leave
	rm -rf $(VENV) .venv-lowest .venv-audit demo-run dist build site mutants mutants.log .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
