# One recipe file. `make demo` and `make test` need Python ≥ 3.11, make and git; they bring the rest themselves.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
ARGS ?=
# The checks read the settings; their secret key and database belong in a folder of their own.
CHECKING := ENTREMISE_DATA_DIR=$(CURDIR)/$(STAMPS)/data
# The tests start hundreds of processes: what one has compiled, the next one need not, whatever the machine's habit is.
TESTING := env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/$(STAMPS)/bytecode

.PHONY: help demo serve test check bench lock messages clean

help:
	@echo "make demo      an invented network, played and served (ARGS=--no-serve: played only)"
	@echo "make serve     the program itself, for real use"
	@echo "make test      all checks and tests, on SQLite and on PostgreSQL"
	@echo "make check     the checks alone: style, types, contracts, migrations, translations"
	@echo "make bench     how fast it is with 100,000 contacts and referrals"
	@echo "make lock      compile requirements/*.in into hashed requirements/*.txt"
	@echo "make messages  bring the catalogue of translations up to date and compile it"

# What runs, and what tests: each installed once, and again when its list changes.
$(STAMPS)/run: requirements/run.txt pyproject.toml scripts/install
	@scripts/install $(VENV) requirements/run.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements/dev.txt pyproject.toml scripts/install
	@scripts/install $(VENV) requirements/dev.txt
	@mkdir -p $(STAMPS) && touch $(STAMPS)/run $@

$(STAMPS)/texts: $(STAMPS)/run tools/messages.py $(wildcard src/entremise/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python tools/messages.py compile
	@touch $@

demo: $(STAMPS)/texts
	@$(BIN)/entremise demo $(ARGS)

serve: $(STAMPS)/texts
	@$(BIN)/entremise serve $(ARGS)

check: $(STAMPS)/dev $(STAMPS)/texts
	@scripts/ensure-gettext
	@$(BIN)/ruff check --quiet .
	@$(CHECKING) $(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(STAMPS)/imports.log || { cat $(STAMPS)/imports.log; exit 1; }
	@$(CHECKING) $(BIN)/entremise manage makemigrations --check --dry-run
	@$(BIN)/python tools/messages.py check
	@$(BIN)/djlint --quiet --lint src/entremise
	@echo "check: nothing to say"

test: check
	@scripts/ensure-browser > /dev/null || true
	@scripts/ensure-postgresql || true
	@scripts/ensure-postfix > /dev/null || true
	@echo "== SQLite =="
	@$(TESTING) $(BIN)/pytest -n $(CORES) --dist loadgroup --ignore=tests/e2e $(ARGS)
	@echo "== PostgreSQL =="
	@$(TESTING) $(BIN)/pytest -n $(CORES) --dist loadgroup --ignore=tests/e2e --database=postgresql --only-database $(ARGS)
	@echo "== a real browser =="
	@$(TESTING) $(BIN)/pytest -n $(CORES) --dist loadfile tests/e2e $(ARGS)

bench: $(STAMPS)/dev $(STAMPS)/texts
	@scripts/ensure-postgresql || true
	@$(BIN)/python -m tests.performance.bench $(ARGS)

lock:
	@for list in run dev; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links requirements/$$list.in -o requirements/$$list.txt || exit 1; done

messages: $(STAMPS)/dev
	@scripts/ensure-gettext
	@$(BIN)/python tools/messages.py extract
	@$(BIN)/python tools/messages.py compile

clean:
	rm -rf $(VENV) $(STAMPS) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
