# The project's tasks. `make` alone lists them; each sets up what it needs in .venv.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
# Bytecode halves the start-up time of everything that imports pulumi_aws.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo --preserve-env)
INSTALL = $(if $(UV),uv pip install --quiet --compile-bytecode --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: preview
preview: .venv/.runtime ## plan, check and show dev, staging and prod, without AWS
	@$(BIN)/buylink preview

.PHONY: preview-markdown
preview-markdown: .venv/.runtime ## the same as markdown, for a pull request
	@$(BIN)/buylink preview --format markdown

.PHONY: app
app: .venv/.dev ## run the hub on this machine, with an AWS and a TikTok of its own
	@$(BIN)/python -m dev.hub

.PHONY: up
up: .venv/.runtime ## deploy STACK=... with the policy pack, without asking
	@pulumi up --stack $(or $(STACK),$(error expected STACK=dev, staging or prod)) \
	  --policy-pack policies --yes --non-interactive

.PHONY: estimate
estimate: .venv/.runtime ## put the estimate of STACK=... where its cost reports compare with it
	@bill=$$($(BIN)/buylink costs $(or $(STACK),$(error expected STACK=dev, staging or prod)) --format json); \
	  bucket=$$(pulumi stack output reportsBucket --stack $(STACK)); \
	  aws s3 cp - "s3://$$bucket/estimate.json" --content-type application/json --only-show-errors <<< "$$bill"

.PHONY: drift
drift: .venv/.runtime ## fail when AWS has something else than STACK=... declares; change nothing
	@pulumi preview --stack $(or $(STACK),$(error expected STACK=dev, staging or prod)) \
	  --refresh --expect-no-changes --diff --non-interactive

.PHONY: setup
setup: .venv/.runtime ## only set up .venv, with what a deployment needs

.PHONY: test
test: lint types unit ## lint, types and every test that Python alone can run

.PHONY: test-system
test-system: engine browser emulators ## tests that need more than Python; installs it (the images need root)
	@$(BIN)/pytest tests/system -n auto --dist loadgroup --ignore tests/system/browser --ignore tests/system/images
	@$(BIN)/pytest tests/system/browser -n auto
	@$(AS_ROOT) $(BIN)/python -m tests.system.images.install
	@$(AS_ROOT) $(BIN)/pytest tests/system/images -p no:cacheprovider

.PHONY: parity
parity: engine ## only that our preview and the engine's agree
	@$(BIN)/pytest tests/system/engine/test_parity.py -n auto --dist loadgroup

.PHONY: engine
engine: .venv/.dev ## the real Pulumi engine in .engine: from PATH, or built from its Go module
	@$(BIN)/python -m tests.system.engine.install

.PHONY: browser
browser: .venv/.dev ## a Chromium for the pages' tests, from PATH or from Debian, and Mermaid by npm
	@$(BIN)/python -m tests.system.browser.install

.PHONY: emulators
emulators: .venv/.dev ## DynamoDB Local, ElasticMQ, wrk and faketime for the hub's faults; installs Java and Maven
	@$(AS_ROOT) $(BIN)/python -m tests.system.hub.install

.PHONY: lint
lint: .venv/.dev ## ruff: rules and format; zizmor: the workflows
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/zizmor --offline --quiet --color=never --no-progress --persona=pedantic .github

.PHONY: types
types: .venv/.dev ## basedpyright, strict
	@$(BIN)/basedpyright --level error

.PHONY: unit
unit: .venv/.dev ## the tests, on all cores
	@$(BIN)/pytest -n auto --dist loadgroup

.PHONY: format
format: .venv/.dev ## let ruff format and fix the code
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

.PHONY: goldens
goldens: .venv/.dev ## renew all golden files and generated pages; read the diff
	@BUYLINK_RENEW_GOLDENS=1 $(BIN)/pytest -n auto

.PHONY: bench
bench: .venv/.dev ## time previews, estimates of up to 100k resources, growth and options
	@$(BIN)/python -m dev.bench.tools

.PHONY: bench-app
bench-app: emulators ## the hub under load, on emulators, against bare loops; WRITE=1 writes coefficients
	@$(BIN)/python -m dev.bench.hub $(if $(WRITE),--write)

.PHONY: lock
lock: .venv/.dev ## renew constraints.txt, and the images' app/constraints.txt, from all pins
	@$(INSTALL) uv==0.13.9
	@cat requirements-dev.txt app/*/requirements.txt | grep -v '^-' \
	  | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-annotate --no-header --all-extras pyproject.toml - -o constraints.txt
	@cat app/*/requirements.txt | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --upgrade --no-annotate --no-header -c constraints.txt - -o app/constraints.txt

.PHONY: clean
clean: ## remove the virtual environment and caches
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "expected Python 3.11 or newer, got $$($(PYTHON) --version 2>&1): set PYTHON=python3.12, say" >&2; exit 2; }
	@echo "setting up .venv ..." >&2
	@$(if $(UV),uv venv --quiet --python $(PYTHON) .venv,$(PYTHON) -m venv .venv)

.venv/.runtime: .venv/bin/python requirements.txt constraints.txt pyproject.toml
	@echo "installing requirements.txt ..." >&2
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt $(wildcard app/*/requirements.txt)
	@echo "installing requirements-dev.txt ..." >&2
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
