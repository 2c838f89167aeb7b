# `make help` lists what there is. PYTHON names the Python to make .venv with.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help install run evaluate portal widget test lint types format bench bench-peers fuzz audit clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed ## Install the program and its tools into .venv

# torch goes first: pinned, so that a CPU build can serve and nothing larger comes with the rest.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

run: install ## Build the index if needed and serve the chat at http://127.0.0.1:7860
	$(BIN)/python app.py

evaluate: install ## Measure the bundled question set; writes report.html
	$(BIN)/careers-qa build
	$(BIN)/careers-qa evaluate --questions corpus/questions.jsonl --report report.html

portal: install ## Serve an example portal with the widget at http://127.0.0.1:7870
	$(BIN)/python examples/portal/serve.py

test: install ## Run the tests
	$(BIN)/python -m pytest

lint: install ## Check style, and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

widget: ## Make the widget's one file from widget/; needs esbuild
	python3 widget/build.py

bench: $(VENV)/.benchmarks ## Measure this program over the handbook; figures go into docs/benchmarks.md
	$(BIN)/python -m benchmarks.speed

bench-peers: $(VENV)/.benchmarks ## Compare with LlamaIndex, txtai, Haystack and LangChain (about 25 minutes)
	$(BIN)/python -m benchmarks.compare

fuzz: install ## Fuzz every reader, the API and the chat with a million inputs (hours; resumes where it was)
	$(BIN)/pip install --quiet --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz

audit: install ## Look the dependencies up among known vulnerabilities; needs the network
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --skip-editable

$(VENV)/.benchmarks: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable '.[bench]'
	@touch $@

clean: ## Remove the environment and built indexes
	rm -rf $(VENV) benchmarks/.work index/[!R]* .mypy_cache .ruff_cache .pytest_cache
