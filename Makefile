# make demo    the whole way on a made-up world: install, import, study, report
# make test    install what tests need and run everything
PYTHON ?= python3
BIN := .venv/bin
ORACLE ?= ../shared/data/hub

.PHONY: demo test lint oracle real docs bench soak clean

demo: .venv/run
	$(BIN)/openlives demo demo

test: .venv/test lint
	$(BIN)/python -m pytest -n 2 -q

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Every value of an independent program on a real crawl, beside ours.
oracle: .venv/run
	OPENLIVES_ORACLE_DATA="$${OPENLIVES_ORACLE_DATA:-$(ORACLE)}" $(BIN)/python tests/oracle/compare.py

# The real crawl, from import to report: real/results/report.html
real: .venv/run
	$(BIN)/python benchmarks/real.py $(ORACLE) real

# The pages under docs/reference, from the product itself.
docs: .venv/test
	$(BIN)/python docs/write_reference.py
	$(BIN)/python tests/spec/write_docs.py

bench: .venv/test
	$(BIN)/python benchmarks/bench.py

soak: .venv/test
	$(BIN)/python -m pytest -q -n 2 tests/property --hypothesis-profile=soak

.venv/run: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

.venv/test: .venv/run tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement tests/requirements.txt
	touch $@

clean:
	rm -rf .venv demo real benchmarks/world
