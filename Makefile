.DEFAULT_GOAL := help
SHELL := /bin/bash

# uv from the system if there is one, else the project's own copy.
UV := $(shell command -v uv || echo .uv/bin/uv)
# Some shells forbid Python to keep compiled files; every start would then cost seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup data run test test-slow lint viz ui benchmark clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 22

setup: .venv/.complete  ## install uv if it is missing, and the locked environment

run: setup data  ## tune, train, evaluate, track and register the Fashion-MNIST network
	$(UV) run kedro run --pipeline=fmnist_cnn

data: setup  ## get Fashion-MNIST where no download is needed (the run downloads it otherwise)
	@tools/fetch_debian_package.sh

test: setup  ## run the tests, the linters and the type checks
	$(UV) run pytest
	@$(MAKE) --no-print-directory lint

test-slow: setup data  ## run the tests that need minutes or the full data
	$(UV) run pytest -m slow

lint: setup  ## check style, types and the import contracts
	$(UV) run ruff check
	$(UV) run ruff format --check
	$(UV) run mypy
	$(UV) run lint-imports --no-cache

viz: setup  ## open the graph of the pipelines in the browser
	@PYTHONWARNINGS=ignore $(UV) run kedro viz run

ui: setup  ## open the MLflow pages on http://127.0.0.1:5000
	@MLFLOW_DISABLE_TELEMETRY=true $(UV) run mlflow ui --host 127.0.0.1 --port 5000 --backend-store-uri sqlite:///mlruns/mlflow.db

benchmark: setup data  ## measure training throughput side by side
	$(UV) run python benchmarks/training_throughput.py

clean:  ## remove everything that runs have made, and the environment; the raw data stays
	rm -rf .venv .uv .pytest_cache .mypy_cache .ruff_cache .viz
	find data mlruns -type f ! -name .gitkeep ! -path 'data/01_raw/*' -delete
	find data mlruns -type d -empty -delete

.venv/.complete: pyproject.toml uv.lock $(filter .uv/%,$(UV))
	@echo "installing the locked environment into .venv (about 3 GB)"
	@$(UV) sync --locked --quiet --compile-bytecode
	@touch $@

.uv/bin/uv:
	@echo "installing uv into .uv"
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("this needs Python 3.11 or later")'
	@python3 tools/install_uv.py
