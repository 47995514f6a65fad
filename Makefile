# `make demo` and `make test` do everything from nothing. On Windows, README.md has the same commands for PowerShell.
PYTHON ?= python3
VENV := .venv
SETTINGS ?= configs/train.yaml
BIN := $(VENV)/bin

.PHONY: demo test browser check base model clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet "torch<=2.13.0"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

demo: $(VENV)/.installed
	$(BIN)/nlp-pipeline run corpora/demo --out demo-results

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q
	$(MAKE) browser

# In a process of their own, in which one browser serves all tests. Should a test there wait for
# ever, its traceback is printed after five minutes and the process ends with an error.
# BROWSER=--need-browser makes a computer without a browser an error; by default they are skipped.
browser: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m browser -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true $(BROWSER)

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

base: $(VENV)/.installed-dev
	$(BIN)/nlp-pipeline base models/base-e5-small-nl-en

model: $(VENV)/.installed-dev
	$(BIN)/nlp-pipeline corpus corpora/rmic-nl-en
	$(BIN)/nlp-pipeline corpus corpora/comments-nl-en
	$(BIN)/nlp-pipeline train corpora/rmic-nl-en --also corpora/comments-nl-en --out models/rmic-nl-en --settings $(SETTINGS)

clean:
	rm -rf $(VENV) dist demo-results
