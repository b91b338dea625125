# Everything needs Python >= 3.11, make, and a network to the package registries the first time.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup verify test vectors clean

help:
	@echo "make verify    build and run every port, and judge it by the golden vectors"
	@echo "make test      formatter, linter, type checker and tests"
	@echo "make vectors   regenerate the golden vectors from the reference"
	@echo "make setup     what the others need: Python packages, a Java runtime, Scala, Clojure"
	@echo "make clean     remove what was made here (not the cache of compilers and builds)"

setup: $(READY)
	@$(BIN)/goldstep doctor --install >/dev/null

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "goldstep needs Python >= 3.11; name one: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

verify: setup
	@mkdir -p build
	@$(BIN)/goldstep verify --results build/results.ndjson

test: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2

vectors: $(READY)
	@$(BIN)/goldstep vectors generate vectors

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
