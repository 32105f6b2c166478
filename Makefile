# Every verb installs what is missing first; a second run installs nothing.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python on PATH that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
# Each process of `make test` brings servers of its own.
PROCESSES ?= 2
BIN := .venv/bin
INSTALLED := .venv/installed
LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
# Containers often forbid Python to keep what it compiled: a dozen processes would each compile all of it.
unexport PYTHONDONTWRITEBYTECODE
# Where make can, each check's output stays together.
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# Properties are tried with fewer examples than `make test` takes.
RULES := -q -m 'not servers and not browser and not containers' -p no:cacheprovider --hypothesis-profile=brisk

.PHONY: help up down status story test check check-style check-types check-imports check-rules check-rules-shared \
	torture demo-tamper bench-peers lock fmt test-containers secrets clean

help: ## Show the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

up: $(INSTALLED) ## Start the whole system with sample data; Ctrl-C stops it
	@$(BIN)/jejak up $(ARGS)

down: $(INSTALLED) ## Stop a system that runs in the background
	@$(BIN)/jejak down

status: $(INSTALLED) ## Health, lag and memory of a running system
	@$(BIN)/jejak status

story: $(INSTALLED) ## Play the whole circle for one employee
	@$(BIN)/jejak story

demo-tamper: $(INSTALLED) ## Tamper with the running system's log as its superuser, see it found, put it back
	@$(BIN)/jejak log demo-tamper

test: $(INSTALLED) ## Run all tests on real servers, started as needed, in PROCESSES=2; ARGS='-k erased'
	-@$(BIN)/python -m shared.embedded.training
	@$(BIN)/python -m pytest -m 'not containers' --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder $(ARGS)

torture: $(INSTALLED) ## Break everything for minutes and judge what is left; SEED=, SECONDS=, FAULTS=
	@$(BIN)/python -m tests.torture.run $(if $(SEED),--seed '$(SEED)') $(if $(SECONDS),--seconds '$(SECONDS)') \
		$(if $(FAULTS),--faults '$(FAULTS)')

check: $(INSTALLED) ## Format, lint, types, imports, contracts, rules: no server, under a minute
	@$(MAKE) --no-print-directory --jobs=3 $(TOGETHER) check-types check-rules check-rules-shared check-style check-imports

check-style:
	@$(BIN)/ruff format --check --quiet . || { echo 'run: make fmt'; exit 1; }
	@$(BIN)/ruff check --quiet .

check-types:
	@$(BIN)/mypy

check-imports:
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

check-rules:
	@$(BIN)/python -m pytest $(RULES) $(ARGS) tests/services

check-rules-shared:
	@$(BIN)/python -m pytest $(RULES) $(ARGS) --ignore=tests/services tests

fmt: $(INSTALLED) ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

bench-peers: $(INSTALLED) ## The engine beside other libraries, in an environment made for them; ARGS='--only append'
	@PYTHON='$(PYTHON)' tests/bench/install.sh
	@$(BIN)/jejak bench engine --peers tests/bench $(ARGS)

lock: $(INSTALLED) ## Pin every package anew, for all supported Pythons; servers get a lock without tools
	@UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile $(LOCKING) --extra embedded --group dev pyproject.toml -o requirements.lock
	@UV_SYSTEM_CERTS=1 $(BIN)/uv pip compile $(LOCKING) -c requirements.lock pyproject.toml -o requirements.servers.lock
	@cd tests/bench && UV_SYSTEM_CERTS=1 ../../$(BIN)/uv pip compile $(LOCKING) requirements.in -o requirements.lock

test-containers: $(INSTALLED) ## The containers of docker-compose.yml, where a Docker engine answers
	@$(BIN)/python -m pytest -m containers $(ARGS)

secrets: ## Make the secrets that docker-compose.yml reads, once
	@umask 077; mkdir -p deploy/secrets; for name in postgres_password door_client_secret; do \
		[ -s deploy/secrets/$$name ] || (python3 -c 'import secrets; print(secrets.token_urlsafe(32), end="")' \
			> deploy/secrets/$$name && chmod 644 deploy/secrets/$$name); done

clean: ## Remove what was built; data in .jejak stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock pyproject.toml .ci/install.py
	@$(PYTHON) .ci/install.py
