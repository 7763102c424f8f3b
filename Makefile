# One command for each thing that one does here. All that they need is make and a Python of 3.11 or newer.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check lint types architecture fix bench hunt-blobs hunt-faults hunt-keys hunt-values examples docs test-torch
.SUFFIXES:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
TORCH := .venv-torch
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet

# What `make demo` and `make test` are given beside their own: make demo ARGS="--max-depth 12"
ARGS ?=

# Tests run on this many processes at most; `make test WORKERS=0` runs them in one, for a debugger.
WORKERS ?= auto

# Set, `make bench` measures other tools on the same work, each in an environment of its own in .bench.
PEERS ?=

# How many cases a hunt looks at, and the seed that they come from.
N ?= 10000
SEED ?= 0

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## Install, and run the wine example: make demo ARGS="--max-depth 12"
	@$(BIN)/cuvee demo $(ARGS)
	@echo; echo "To have cuvee on your PATH: . $(BIN)/activate"

test: check ## All that has to hold: lint, types, architecture, tests. Pick some: make test ARGS="-k plan"
	@env -u CUVEE_HOME -u CUVEE_DURABILITY -u CUVEE_KEEP_INPUTS \
	    $(PY) -m pytest -q -n $(WORKERS) --maxprocesses 8 $(ARGS)

test-torch: $(TORCH)/.test ## Tests of torch's tensors and modules, in an environment of their own: torch is large
	@$(TORCH)/bin/python -m pytest -q tests/with_torch $(ARGS)

check: lint types architecture ## Lint, types and architecture, without the tests

lint: $(VENV)/.test
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet || { echo "\`make fix\` formats them"; exit 1; }
	@echo "lint: clean"

types: $(VENV)/.test
	@said=$$($(PY) -m mypy 2>&1) || { echo "$$said"; exit 1; }; echo "types: $$said"

architecture: $(VENV)/.test
	@said=$$($(BIN)/lint-imports 2>&1) || { echo "$$said"; exit 1; }; echo "architecture: $$(echo "$$said" | tail -n 1)"

fix: $(VENV)/.test ## Put right what can be put right without thinking: format, sort imports
	@$(PY) -m ruff check --fix --quiet || true
	@$(PY) -m ruff format --quiet
	@$(PY) -m ruff check

bench: $(VENV)/.test ## Measure what cuvee costs, beside its budgets; PEERS=1 beside its peers, PEERS="dask ray" those
	@$(PY) -m benchmarks$(if $(PEERS),.peers $(filter-out 1,$(PEERS))) $(ARGS)

hunt-blobs: $(VENV)/.test ## Damage a project's store, run it and read it: make hunt-blobs N=10000 SEED=7
	@$(PY) tests/stores/blob_hunt.py --cases $(N) --seed $(SEED) $(ARGS)

hunt-faults: $(VENV)/.test ## Kill runs, fill their disks, damage their records, and go on: N=1000 SEED=7
	@$(PY) tests/faults/fault_hunt.py --cases $(N) --seed $(SEED) $(ARGS)

hunt-keys: $(VENV)/.test ## Random edits of random programs, the keys held against fresh results: N=10000 SEED=1
	@$(PY) tests/hunt/hunting.py --cases $(N) --seed $(SEED)

hunt-values: $(VENV)/.test ## Look for values that are told apart wrongly: make hunt-values N=100000 SEED=7
	@$(PY) tests/fingerprint/value_hunt.py --cases $(N) --seed $(SEED) $(ARGS)

examples: $(VENV)/.test ## Write what the documentation's examples print now into its pages; look at the difference
	@$(PY) tests/house/doc_examples.py README.md docs/*.md

docs: $(VENV)/.docs ## Build the documentation; a warning is an error
	@$(PY) -m sphinx -W --keep-going --quiet --builder html docs docs/_build/html
	@echo "docs: docs/_build/html/index.html"

# Installed again only where pyproject.toml has changed since. Compiled too, as pip does for what is not
# editable: PYTHONDONTWRITEBYTECODE would make every start compile it again.

$(VENV)/.made:
	@python= ; bare= ; \
	for candidate in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3 python; do \
	    "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	    if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	    bare=$$candidate; \
	done; \
	if [ -n "$$python" ]; then \
	    echo "Making $(VENV) with $$("$$python" --version) …"; \
	    exec "$$python" -m venv $(VENV); \
	elif [ -n "$$bare" ]; then \
	    echo "$$bare cannot make virtual environments: install its venv package (apt install python3-venv," >&2; \
	    echo "on Debian and Ubuntu), or say of another Python: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	else \
	    echo "No Python of 3.11 or newer is on the PATH (python3 is: $$(python3 --version 2>&1))." >&2; \
	    echo "Install one, or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 2
	@$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	@echo "Installing cuvee, pandas and scikit-learn …"
	@$(PIP) install --editable '.[demo]'
	@$(PY) -m compileall -q "$(CURDIR)/src"
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml
	@echo "Installing what the tests need …"
	@$(PIP) install --editable '.[demo]' --group test
	@$(PY) -m compileall -q "$(CURDIR)/src"
	@touch $@

$(TORCH)/.test: $(VENV)/.made pyproject.toml
	@echo "Installing torch …"
	@$(PY) -m venv $(TORCH)
	@$(TORCH)/bin/python -m pip --disable-pip-version-check --quiet install --upgrade 'pip>=25.1'
	@$(TORCH)/bin/python -m pip --disable-pip-version-check --quiet install --editable . --group torch
	@touch $@

$(VENV)/.docs: $(VENV)/.made pyproject.toml
	@echo "Installing what the documentation needs …"
	@$(PIP) install --editable '.[demo]' --group docs
	@touch $@
