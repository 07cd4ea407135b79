# Two commands matter: `make demo` shows everything, `make test` proves it. Both do their own set-up.
SHELL := /bin/sh
PYTHON3 ?= python3
STAMPS := var/stamps
# Found once, after tools/get_uv.py has run; the machine's own Python is used, none is downloaded.
UV = $(shell cat $(STAMPS)/uv 2>/dev/null)
RUN = $(UV) run --frozen --quiet
# As tools/test.py does for what it runs: processes are begun by the hundred.
unexport PYTHONDONTWRITEBYTECODE

FUZZ_SECONDS ?= 300
# Of each kill and power-cut test that repeats itself.
KILLS ?= 50
CUTS ?= 20

.PHONY: help demo near test test-all chaos fuzz setup clean machine

help:
	@echo "make demo   start the whole system with simulated cameras (training installation)"
	@echo "make test   proves a change, about a quarter of an hour on 2 cores"
	@echo "make near   a minute or two: the tests nearest to what changed since SINCE=COMMIT (or the upstream branch)"
	@echo "make test-all  proves everything, hours: also what starts processes, browsers and disks, kills, PostgreSQL entire, other days and Pythons"
	@echo "               (what it found stands in var/test-all.txt; FROM=STEP goes on there)"
	@echo "make chaos  the long kill -9 and power-cut tests"
	@echo "make fuzz   throw damaged octets at all that reads GB/T 28181, 5 minutes (FUZZ_SECONDS)"
	@echo "make clean  remove what was built; demo data stays in var/demo"

demo: setup
	@exec $(RUN) custodes demo

test: machine setup
	@exec $(RUN) python tools/test.py

test-all: machine setup
	@exec $(RUN) python tools/test.py --all --chaos $(KILLS) $(CUTS) $(if $(FROM),--from "$(FROM)")

near: setup
	@exec $(RUN) python tools/near.py $(if $(SINCE),--since "$(SINCE)")

chaos: machine setup
	@exec $(RUN) python tools/test.py --all --chaos $(KILLS) $(CUTS) chaos

fuzz: setup
	@$(RUN) --group fuzz python -m tests.fuzz.run --seconds $(FUZZ_SECONDS)

# Told first what is missing, before anything takes minutes.
machine:
	@tools/test-machine.sh

setup: $(STAMPS)/python $(STAMPS)/frontend $(STAMPS)/catalogue

$(STAMPS)/uv: tools/get_uv.py
	@mkdir -p $(STAMPS)
	@$(PYTHON3) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Custodes needs Python 3.11 or newer; this python3 is " + sys.version)'
	@$(PYTHON3) tools/get_uv.py > $@.new && mv $@.new $@

$(STAMPS)/python: $(STAMPS)/uv pyproject.toml uv.lock
	@echo "Setting up Python packages …"
	@$$(cat $(STAMPS)/uv) sync --frozen --quiet --python "$$(command -v $(PYTHON3))"
	@touch $@

$(STAMPS)/npm: frontend/package.json frontend/package-lock.json
	@mkdir -p $(STAMPS)
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install nodejs npm" >&2; exit 1; }
	@echo "Setting up front-end packages …"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/npm $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
	@echo "Building the front end …"
	@cd frontend && npm run --silent build
	@touch $@

$(STAMPS)/catalogue: $(STAMPS)/python $(shell find src/custodes -name '*.po' 2>/dev/null)
	@$$(cat $(STAMPS)/uv) run --frozen --quiet python -m custodes.web.catalogue compile
	@touch $@

clean:
	@rm -rf .venv var/stamps var/tools frontend/node_modules src/custodes/web/static/built
