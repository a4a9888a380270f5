# Two commands do everything on a fresh machine with Python 3.11+: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 60
PYTHONS ?= 3.11 3.12 3.13 3.14
FOLDER ?= core/privacy
CATALOGUES := $(wildcard functions/boucle/languages/locale/*/LC_MESSAGES/*.po)
BIN := .venv/bin

.PHONY: help install demo serve check test coverage pythons mutants browser wrk faketime bench faults fuzz campaign audit-campaign lock clean
.DEFAULT_GOAL := help

help:  ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

install: .venv/.installed  ## Make .venv with everything in it

.venv/.installed: pyproject.toml setup.py requirements/dev.txt $(CATALOGUES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Boucle needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

demo: install  ## Build, fill and serve the demonstration study (PORT=8123 for another port)
	$(BIN)/boucle demo --port $(PORT)

check: install  ## What every commit passes: lint, types, import contracts, fast tests
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint fast-tests

# The browser's driver keeps an event loop running in its process: other tests start loops of their own.
# What measures this machine has it for itself; of a file in a browser, or that builds a package, one process runs all.
test: install browser wrk faketime  ## Everything, the real browser included; says how long each part took
	@$(call timed,lint and types,$(MAKE) --no-print-directory lint)
	@$(call timed,fast tests,$(MAKE) --no-print-directory coverage)
	@$(call timed,slow unit and contract,$(PARALLEL) --dist loadfile -m slow tests/unit tests/contract)
	@$(call timed,acceptance and faults,$(PARALLEL) --dist loadfile tests $(patsubst %,--ignore tests/%,unit contract browser load))
	@$(call timed,browser,$(PARALLEL) --dist loadfile tests/browser)
	@$(call timed,load,$(BIN)/pytest tests/load)

PARALLEL := $(BIN)/pytest -n auto
timed = began=$$(date +%s); $(2) || exit; echo "== $(1): $$(($$(date +%s) - began)) s"
# Python keeps what it compiled, whatever the shell says: without it, every process compiles 270 test files again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: lint fast-tests
lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .import_linter_cache

# No fast test lives elsewhere, and importing the others takes seconds; these plugins are for the others only.
FAST := $(PARALLEL) --dist worksteal -q -p no:schemathesis -p no:rerunfailures -m "not slow" tests/unit tests/contract
fast-tests: install
	$(FAST)

coverage: install  ## The fast tests, and the lines and branches that they walk: 95 % of all, 99.5 % of the core
	$(FAST) --cov --cov-report=
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include="functions/boucle/core/*" --fail-under=99.5

pythons:  ## The fast tests under every supported Python that is here (PYTHONS="3.12", TESTS=tests/unit/core for less)
	@TESTS="$(TESTS)" sh tests/quality/run-pythons.sh $(PYTHONS)

mutants: install  ## Change each line of a folder, and see whether its tests notice: FOLDER=core/privacy
	$(BIN)/python tests/mutants/run.py $(FOLDER)

browser:
	@sh tests/browser/install-chromium.sh
	@sh tests/browser/install-engines.sh

faketime:
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 > /dev/null 2>&1 || \
	  apt-get install -y --no-install-recommends faketime > /dev/null 2>&1 || \
	  echo "faketime IS NOT THERE, and apt-get could not install it: the tests of wrong clocks are skipped"

wrk:
	@command -v wrk > /dev/null || apt-get install -y --no-install-recommends wrk > /dev/null 2>&1 || \
	  echo "wrk IS NOT THERE, and apt-get could not install it: its part of the campaign is left out"

bench: install  ## Measure beside others, and write tests/benchmarks/RESULTS.md
	@sh tests/browser/install-chromium.sh
	$(BIN)/python tests/benchmarks/run_all.py

faults: install browser faketime  ## Cut 200 networks, kill the server 40 times, store and job 460 times, send 50,000 hostile requests
	FAULTS=200 $(BIN)/pytest -q tests/browser/test_faults.py
	BOUCLE_KILLS=40 BOUCLE_JOB_KILLS=460 BOUCLE_HOSTILE=50000 BOUCLE_DESCRIBED=300 $(BIN)/pytest -s tests/faults

fuzz: install  ## Fuzz what reads strangers' bytes, guided by coverage, for a minute (SECONDS=600 for ten)
	$(BIN)/python -m venv --system-site-packages .fuzz
	mkdir -p .fuzz/corpus
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > .fuzz/site.txt
	.fuzz/bin/python -m pip install --quiet "atheris>=3,<4"
	PYTHONPATH=functions:tests:$$(cat .fuzz/site.txt) .fuzz/bin/python tests/fuzz/fuzz_parsers.py -max_total_time=$(SECONDS) .fuzz/corpus tests/fuzz/corpus

campaign: install wrk  ## 100,000 people in a burst, 300 a second for a minute, 1,000 for ten seconds, wrk; thousands of forms
	BOUCLE_FORMS=5000 $(BIN)/pytest -m slow tests/unit/authoring tests/unit/core/privacy
	BOUCLE_PEOPLE=100000 BOUCLE_SWITCHING_PEOPLE=2000 BOUCLE_ARRIVALS="300x60 1000x10" BOUCLE_WRK_SECONDS=20 $(BIN)/pytest -s -ra tests/load

audit-campaign: install  ## A thousand simulated histories under every attack, and the canaries; about ten minutes
	$(BIN)/python tests/benchmarks/bench_attackers.py

lock:  ## Choose and pin the newest versions that pyproject.toml admits (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --upgrade --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-deps --constraint requirements/dev.txt --group lambda -o requirements/lambda.txt

clean:  ## Forget the environment, the build and the demonstration's data
	rm -rf .venv .pythons .mutants build .boucle
