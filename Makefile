# One word a chore; each sets up what it needs by itself, on a fresh Debian or Ubuntu too.
#
#   make demo    four real hosts with pending security updates: found, patched, proven (DEMO=keep leaves them up)
#   make test    every test, the live ones on real hosts too
#   make lint    ruff and mypy
#   make fuzz    spoilt playbooks, templates and inventories: none may end in a traceback; FUZZ=10000 of each
#   make bench   how fast it is on this machine; BENCH="--hosts 20 --rtt 50" and more: see tests/bench/bench.py;
#                PEERS=1 measures ansible-core beside it, installed into a venv of its own

PYTHON = python3
VENV = .venv
TESTS = tests
BENCH =
PEERS =
FUZZ = 10000
PEERS_VENV = .venv-peers

BIN = $(VENV)/bin
READY = $(VENV)/ready

.PHONY: demo test lint fuzz bench lab

demo: $(READY) lab
	@scripts/demo $(BIN)

# Without rsync, or the lab, their tests are skipped, each with the reason.
test: $(READY)
	-@command -v rsync > /dev/null || scripts/packages rsync
	-@$(MAKE) --no-print-directory lab
	$(BIN)/python -m pytest --durations=15 $(TESTS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy

fuzz: $(READY)
	FUZZ=$(FUZZ) $(BIN)/python -m pytest --durations=0 tests/fuzz

bench: $(READY) lab $(if $(PEERS),$(PEERS_VENV)/ready)
	$(BIN)/python -m tests.bench.planning
	$(BIN)/python -m tests.bench.far_side
	$(BIN)/python -m tests.bench.bench $(BENCH) $(if $(PEERS),--peers $(PEERS_VENV)/bin/python)

# What `muster lab` runs; it knows itself what is missing.
lab: $(READY)
	@scripts/packages $$($(BIN)/python -c 'from muster.lab.requirements import missing_packages; print(*missing_packages())')

# pip refuses a Python that is too old, and says so.
$(READY): setup.cfg setup.py
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || scripts/packages python3 python3-venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(PEERS_VENV)/ready: $(READY)
	$(PYTHON) -m venv $(PEERS_VENV)
	$(PEERS_VENV)/bin/pip install --quiet --disable-pip-version-check 'ansible-core>=2.16,<2.20'
	@touch $@
