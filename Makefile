# Everything needs Python >= 3.11, make, and a network to the package registries the first time.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# What users have, without what tests need.
USED := .[all]
# With which versions: the `newest`, the `locked` ones of requirements-dev.txt, or the `lowest` of what
# users have. After another choice: make clean.
DEPENDENCIES ?= newest
INSTALL.newest = $(PIP) install --editable '.[dev]'
INSTALL.locked = $(PIP) install --require-hashes --requirement requirements-dev.txt && $(PIP) install --no-deps --editable .
INSTALL.lowest = $(PIP) install uv \
  && $(BIN)/uv pip install --quiet --python $(BIN)/python --resolution lowest-direct --upgrade --editable '$(USED)' \
  && $(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[dev]'

.DEFAULT_GOAL := help
.PHONY: help setup toolchains verify lint check test coverage lock docs picture vectors budgets confusion bench bench-vectors bench-report damage-vectors clean

help:
	@echo "make verify    build and run every port, and judge it by the golden vectors"
	@echo "make check     formatter, linter, type checker, directions of imports, quick tests"
	@echo "make test      the same with all tests"
	@echo "make coverage  which lines the tests reach, in the commands that they start too"
	@echo "make docs      the documentation site, in build/site"
	@echo "make picture   draw the picture of a report in README.md anew"
	@echo "make vectors   regenerate the golden vectors from the reference"
	@echo "make budgets   run 10,000 random faithful programs against every rounding budget"
	@echo "make confusion  diagnose thousands of ports that are known; write tools/CONFUSION.md"
	@echo "make bench     a step of RMSProp by goldstep beside torch, Optax and TensorFlow, where installed"
	@echo "make bench-vectors   seconds and memory that the vectors take, and their growth"
	@echo "make bench-report    seconds and memory that reports of 100,000 cases take"
	@echo "make damage-vectors  change 1,000 single bytes of the vectors; all are to be noticed"
	@echo "make lock      write requirements-dev.txt: exact versions of all that tests need"
	@echo "make setup     what all of them need: Python packages, a Java runtime, Scala, Clojure, a browser"
	@echo "make clean     remove what was made here (not the cache of compilers and builds)"

setup: toolchains $(READY_TO_TEST)
	@cd tests && ../$(BIN)/python -m support.browser

toolchains: $(READY)
	@$(BIN)/goldstep doctor --install >/dev/null

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "goldstep needs Python >= 3.11; name one: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --editable '$(USED)'
	@touch $@

$(READY_TO_TEST): $(READY)
	$(INSTALL.$(DEPENDENCIES))
	@touch $@

verify: toolchains
	@mkdir -p build
	@$(BIN)/goldstep verify --results build/results.ndjson

lint: $(READY_TO_TEST)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# Without compilers, browsers, processes and what computes for long.
check: lint
	$(BIN)/python -m pytest -q -n 2 --dist worksteal \
	  -m 'not (compilers or browser or processes or long)'

test: setup lint
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

# TESTS=tests/report measures those alone.
coverage: setup
	@rm -rf build/coverage
	$(BIN)/coverage run -m pytest -q -n 2 --dist worksteal $(TESTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage html --quiet
	@$(BIN)/coverage report
	@echo "build/coverage/pages/index.html"

lock: $(READY_TO_TEST)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --upgrade \
	  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' \
	  pyproject.toml --output-file requirements-dev.txt

# Every warning is an error: links that lead nowhere, pages that are in no list. The example report
# is that of this repository, as it is.
docs: setup verify
	@rm -rf build/site
	@$(BIN)/sphinx-build -EWq --keep-going -b html -d build/doctrees docs build/site
	@$(BIN)/goldstep report build/results.ndjson --html build/site/report
	@echo "build/site/index.html"

vectors: $(READY)
	@$(BIN)/goldstep vectors generate vectors

confusion: $(READY)
	@cd tests && ../$(BIN)/python -m proofs.confusion

# The picture of a report in README.md.
picture: setup
	@cd tests && ../$(BIN)/python -m support.picture

bench: $(READY_TO_TEST)
	@cd tests && ../$(BIN)/python -m benchmarks.speed

bench-vectors: $(READY)
	@cd tests && ../$(BIN)/python -m benchmarks.generation

bench-report: $(READY_TO_TEST)
	@cd tests && ../$(BIN)/python -m benchmarks.reports

damage-vectors: $(READY)
	@cd tests && ../$(BIN)/python -m proofs.byte_changes 1000

budgets: $(READY)
	@cd tests && ../$(BIN)/python -m proofs.prove_budgets

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
