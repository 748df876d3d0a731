# Two commands matter: `make site` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# llama.cpp from source, without the parts that we never call
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --progress-bar off --constraint constraints.txt
# a process for each processor, a file's tests in one of them
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile
QUICK := -m "not models and not browser and not prefect and not slow"

.DEFAULT_GOAL := help
.PHONY: help site test check setup setup-dev setup-light chromium lock golden docs eval clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

site: $(VENV)/.ready ## set up, run the night on the archive in the box, build the site in output/
	@$(BIN)/antigravity nightly

test: setup-dev chromium ## set up, and run every test: the models in the box and a real browser included
	@$(PYTEST)

check: setup-dev ## linter, types, quick tests: no models, about three minutes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(PYTEST) -q $(QUICK)

setup: $(VENV)/.ready ## the environment, from the lock
setup-dev: $(VENV)/.ready-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: constraints.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) from constraints.txt: about 10 minutes the first time, since llama.cpp is built here ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.ready-dev: constraints.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) with the test tools from constraints.txt: about 10 minutes the first time ..."
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.ready

setup-light: | $(VENV)/bin/python ## only what `antigravity questions check` needs
	@$(PIP) click pydantic pydantic-settings PyYAML
	@$(PIP) --no-deps --no-warn-conflicts --editable .

chromium: ## the browser of the tests: the system's, else from the system's packages where that is allowed
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium from the system's packages ..."; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 && exit 0; \
	fi; \
	echo "NO CHROMIUM: the browser tests will be skipped. Install it with your system's packages (apt-get install chromium)." >&2

lock: ## renew constraints.txt in an empty environment; then try make site and make test in empty clones
	@rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip --disable-pip-version-check install --quiet --progress-bar off '.[dev]'
	@{ echo "# Every version that this project runs with. Renewed by: make lock"; \
	   $(VENV)-lock/bin/python -m pip freeze --all --exclude pip --exclude antigravity-qa | sed 's/+cpu$$//'; } > constraints.txt
	@rm -rf $(VENV)-lock build

golden: setup-dev ## renew the golden files; read the diff before you commit it
	@GOLDEN=write $(PYTEST) -q $(QUICK)

eval: $(VENV)/.ready ## ask the questions of evaluation/; fails where they are answered worse; ARCHIVE=settings.toml for the large set, PAGES=folder to read them
	@$(BIN)/antigravity eval regression $(if $(ARCHIVE),--archive "$(ARCHIVE)") $(if $(KEEP),--keep) $(if $(PAGES),--pages "$(PAGES)")

docs: setup-dev ## renew the generated parts of the docs
	@$(BIN)/python -m pipeline.configure_doc > docs/configure.md
	@$(BIN)/python -m pipeline.export.dictionary > docs/data.md
	@$(BIN)/python -m tests.questions.bad_files > docs/questions-messages.md

clean: ## remove the environment; the archive and the site stay
	@rm -rf $(VENV) build *.egg-info
