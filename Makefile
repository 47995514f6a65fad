# `make demo` and `make test` do everything from nothing. On Windows, README.md has the same commands for PowerShell.
PYTHON ?= python3
VENV := .venv
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
	$(BIN)/python -m pytest -q -m "not browser"

# Apart from the others: in one process with them the browser sometimes never answers.
browser: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -m browser

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q

base: $(VENV)/.installed-dev
	$(BIN)/nlp-pipeline base models/base-e5-small-nl-en

model: $(VENV)/.installed-dev
	$(BIN)/nlp-pipeline corpus corpora/rmic-nl-en
	$(BIN)/nlp-pipeline corpus corpora/comments-nl-en
	$(BIN)/nlp-pipeline train corpora/rmic-nl-en --also corpora/comments-nl-en --out models/rmic-nl-en --settings configs/train.yaml

clean:
	rm -rf $(VENV) dist demo-results
