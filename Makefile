# `make demo` and `make test` need only Python 3.11+ and make: they set up .venv themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test check golden bench accuracy lock clean

help:  ## Show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "patternctl needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)  ## Lint an example system and show what to try next
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: check  ## Everything: style, types, layers, the catalog, all tests
	$(BIN)/patternctl catalog check
	$(BIN)/pytest -n auto --dist worksteal

check: $(STAMP)  ## Style, types and layers only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: $(STAMP)  ## Rewrite the expected outputs of golden tests
	PATTERNCTL_GOLDEN=write $(BIN)/pytest -q -p no:xdist -k golden

bench: $(STAMP)  ## Measure speed against peers (prints a table, decides nothing)
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/catalog.py
	$(BIN)/python -m benchmarks.cost

accuracy: $(STAMP)  ## Measure discovery and lint against CORPUS=<folder with truth.yaml files>
	$(BIN)/python benchmarks/accuracy.py --corpus $(CORPUS)

lock: $(STAMP)  ## Pin the versions that are installed now
	$(BIN)/pip freeze --exclude-editable > constraints.txt
	$(BIN)/python -m tests.scaffold.lock

clean:  ## Remove everything built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
