# Everything runs in .venv, made by uv, without root. `make help` lists the targets.
# ARGS goes on to the program: make run ARGS="scenario=colossus runs=20", make test ARGS="-k spot".

# The first Python that runs and is new enough. Each one is tried, because a pyenv shim may exist and fail.
FIND_PYTHON = for p in .venv/bin/python python3.12 python3.13 python3.14 \
  $$(ls -1d "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python 2>/dev/null) python3 python; do \
  "$$p" -c 'import sys; sys.version_info < (3, 12) and sys.exit(1); print(sys._base_executable)' 2>/dev/null && break; done
# A uv that runs and is not too old for the lock file.
FIND_UV = uv --version 2>/dev/null | awk '{split($$2, v, "."); ok = v[1] > 0 || v[2] >= 7} END {exit !ok}'

PYTHON := $(shell $(FIND_PYTHON))
UV     := $(shell $(FIND_UV) && echo uv || echo .uv/bin/uv)
RUN    := $(UV) run --no-sync
SYNCED := .venv/.synced
EXTRAS := .venv/.synced-extras

export UV_PYTHON := $(or $(UV_PYTHON),$(PYTHON),>=3.12)
unexport VIRTUAL_ENV

# What the tests of the page look at it with: the first of these that is here.
FIND_BROWSER = command -v chromium || command -v chromium-browser || command -v google-chrome

.PHONY: help setup run test test-all compile browser style lint types docs trust golden clean

help:            ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-9s %s\n", $$1, $$2}'

setup: $(SYNCED) ## prepare .venv and nothing else

run: $(SYNCED)   ## simulate: bazaar run $(ARGS)
	@$(RUN) bazaar run $(ARGS)

# The quick tests run the rules as plain Python: the same text, the same bits, and nothing to compile.
test: $(SYNCED)  ## lint, types and the quick tests
	@$(MAKE) -j2 --no-print-directory style
	NUMBA_DISABLE_JIT=1 $(RUN) pytest -m "not all" -n 2 $(ARGS)

test-all: $(EXTRAS) compile browser ## the tests that need compiled rules, executors, a browser, faults or minutes
	$(RUN) pytest -m all -n 2 --dist loadfile $(ARGS)

compile: $(SYNCED) ## compile the rules (a minute or two after each change of them)
	$(RUN) python -m model.warm

browser:         ## a browser for the tests of the page, from the packages of the system, where there is none
	@$(FIND_BROWSER) >/dev/null || { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } \
	>/dev/null || { echo "the tests of the page need a browser: install chromium and try again" >&2; exit 1; }

style: lint types

lint: $(SYNCED)  ## style and format
	$(RUN) ruff check
	$(RUN) ruff format --check

types: $(SYNCED) ## static types
	$(RUN) mypy

docs: $(SYNCED)  ## write the generated pages of docs/
	$(RUN) python -m experiments.docs

trust: $(SYNCED) ## measure how far the default scenario behaves as it should (minutes)
	$(RUN) python -m experiments.trust $(ARGS)

golden: $(SYNCED) ## renew the stored results that tests compare with
	$(RUN) python -m tests.renew_golden

clean:           ## remove what make made; results/ stays
	rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .hypothesis .numba_cache dist
	find agents benchmarks conf data experiments model tests -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(SYNCED): pyproject.toml $(wildcard uv.lock) | $(filter .uv/%,$(UV))
	@$(UV) python find "$$UV_PYTHON" >/dev/null 2>&1 || \
	why=$$(UV_PYTHON_INSTALL_BIN=0 $(UV) python install "$${UV_PYTHON#>=}" 2>&1) || { \
	  echo "No Python 3.12 or newer is here, and uv could not fetch one ($$(echo "$$why" | tail -n 1 | sed 's/^ *cause: //')):" \
	    "install one, or name one with make UV_PYTHON=/path/to/python" >&2; exit 1; }
	$(UV) sync --compile-bytecode
	@touch $@

$(EXTRAS): $(SYNCED)
	$(UV) sync --compile-bytecode --all-extras
	@touch $@

# uv comes from the package index: in an environment of its own, or beside it where Python lacks venv.
.uv/bin/uv:
	@for p in $(PYTHON) python3 python; do \
	  rm -rf .uv; why=$$($$p -m venv .uv 2>&1 && .uv/bin/python -m pip install -q uv==0.13.8 2>&1) && exit 0; \
	  rm -rf .uv; why=$$($$p -m pip install -q --target .uv uv==0.13.8 2>&1) && exit 0; \
	done; rm -rf .uv; echo "uv is not here and could not be installed ($$(echo "$$why" | tail -n 1)): install uv and try again" >&2; exit 1
