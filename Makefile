# The two commands: make run, make test. Each sets up what it needs.
PY ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
export DATA_DIR ?= $(CURDIR)/var
export PORT ?= 8000
STATIC := $(shell find tracker/static -type f 2>/dev/null)

.PHONY: run test coverage check bench load screens lock messages

run: $(VENV)/.ok-run $(DATA_DIR)/.ok-static
	@$(PYTHON) manage.py bootstrap
	@$(VENV)/bin/gunicorn --workers 2 --threads 4 --bind 127.0.0.1:$(PORT) --no-control-socket --log-level warning tracker.wsgi

test: $(VENV)/.ok-dev
	@$(PYTHON) -m tests.run

# Which lines no test reaches; it takes twice the time of a run without.
coverage: $(VENV)/.ok-dev
	@$(PYTHON) -m pytest -n auto -m "not once" --cov --cov-report=term:skip-covered --cov-fail-under=95

check: $(VENV)/.ok-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djade --target-version 5.2 --check $(shell git ls-files 'templates/*.html')
	$(VENV)/bin/mypy
	$(PYTHON) manage.py makemigrations --check --dry-run
	DJANGO_ENV=production ALLOWED_HOSTS=theodoi.example SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))')" $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) -m tests.check_messages

# make bench ON="/tmp/thousand postgresql://…/million" JOBS="list,text" ROUNDS=20: see
# benchmarks/README.md.
bench: $(VENV)/.ok-dev benchmarks/.peers/.ok
	@$(PYTHON) benchmarks/bench.py $(if $(JOBS),--jobs "$(JOBS)") $(if $(ROUNDS),--rounds $(ROUNDS)) $(ON)

benchmarks/.peers/.ok: benchmarks/requirements.txt $(VENV)/.ok-run
	@echo "Installing what is measured beside the product …"
	@$(PYTHON) -m pip install -q --disable-pip-version-check --no-deps --upgrade --target $(@D) -r $<
	@touch $@

# make load ON=postgresql://…/many PEOPLE=200 MINUTES=2: see benchmarks/README.md.
load: $(VENV)/.ok-dev
	@$(PYTHON) benchmarks/load.py "$(ON)" $(if $(PEOPLE),--people $(PEOPLE)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(THINK),--think $(THINK))

screens: $(VENV)/.ok-dev
	@$(PYTHON) -m tests.screens

$(VENV)/.ok-python:
	@command -v $(PY) >/dev/null || { echo "Python 3.11 or newer is needed: apt install python3 python3-venv"; exit 1; }
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PY) --version). Name another with: make PY=python3.12 …"; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is needed: apt install python3-venv"; exit 1; }
	@$(PY) -m venv $(VENV)
	@touch $@

$(VENV)/.ok-run: requirements.txt $(VENV)/.ok-python
	@echo "Installing what the product needs (about 20 s) …"
	@$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.ok-dev: requirements-dev.txt $(VENV)/.ok-run
	@echo "Installing what tests and checks need (about 30 s) …"
	@$(PYTHON) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DATA_DIR)/.ok-static: $(VENV)/.ok-run $(STATIC)
	@echo "Collecting static files …"
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@touch $@

# For developers, with uv and gettext installed.
lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-strip-extras --quiet --custom-compile-command "make lock" requirements.in -o requirements.txt
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-strip-extras --quiet --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

messages: $(VENV)/.ok-run
	$(PYTHON) manage.py makemessages --locale vi --no-obsolete --add-location file --ignore tests --ignore benchmarks --ignore var
	$(PYTHON) manage.py compilemessages --locale vi --ignore .venv --verbosity 0
