# make demo    the whole way on a made-up world: install, serve, collect, study, report
# make test    install what tests need and run everything
PYTHON ?= python3
BIN := .venv/bin
ORACLE ?= ../shared/data/hub

.PHONY: demo test lint oracle real docs bench soak refresh-bench clean

demo: .venv/run
	$(BIN)/openlives demo demo

test: .venv/test .venv/clients lint
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

# Long: laws on many examples, fifty kills of a collector, 20,000 models over loopback.
soak: .venv/test
	$(BIN)/python -m pytest -q -n 2 tests/property --hypothesis-profile=soak
	OPENLIVES_KILLS=50 $(BIN)/python -m pytest -q tests/replay/test_kill.py
	$(BIN)/python benchmarks/soak.py

# Whom to ask again: ours beside other rules, in simulated time.
refresh-bench: .venv/test
	$(BIN)/python benchmarks/refresh.py --real $(ORACLE)/..

.venv/run: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

.venv/test: .venv/run tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement tests/requirements.txt
	touch $@

# Clients of the Hub that nobody here wrote: an older major of the Python one, and, where there is npm, the JavaScript one.
.venv/clients: .venv/test tests/clients/package.json tests/clients/old.txt
	$(PYTHON) -m venv .venv/old-client
	.venv/old-client/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/clients/old.txt
	if command -v npm >/dev/null; then npm install --prefix tests/clients --no-package-lock --no-audit --no-fund --loglevel=error; fi
	touch $@

clean:
	rm -rf .venv demo real benchmarks/world
