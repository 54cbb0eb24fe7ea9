# Two commands on a fresh machine with Python 3.11+, pip and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
export UV_SYSTEM_CERTS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint types layers pytest test-slow test-browser test-postgres bench bench-knapsacks bench-chance bench-var bench-limits bench-simulation bench-frontier bench-spares bench-solver lock clean

demo: .venv/ready            ## solve the bundled portfolio, name the report
	$(BIN)/ballast solve data/sample --run demo --replace

test: lint types layers pytest   ## lint, types, import layers, the default tests

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet "uv==0.13.9" || true
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock \
		|| $(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready           ## also as Windows has them, whose modules lack what other systems offer
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 optimizer models

layers: .venv/ready
	$(BIN)/lint-imports

pytest: .venv/ready
	$(BIN)/pytest -n auto --dist worksteal -m "not slow and not browser and not postgres"

test-slow: .venv/ready       ## the long tests: real data, large brute force
	$(BIN)/pytest -n auto --dist worksteal -m "slow and not postgres"

test-browser: .venv/ready    ## the report in a real browser
	command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)
	$(BIN)/pytest -m browser

test-postgres: .venv/ready   ## portfolios and runs in a real PostgreSQL, which the tests start
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
		|| (apt-get update -qq && apt-get install -y -qq postgresql)
	$(BIN)/pytest -m postgres

SIZES ?= 100x200 300x200 1000x200 10000x200 100000x1000 1000000x1000
SECONDS ?= 120

bench: .venv/bench           ## Ballast beside its peers: benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run --sizes "$(SIZES)" --seconds $(SECONDS)

bench-knapsacks: .venv/bench ## allocate beside its peers: benchmarks/KNAPSACKS.md
	$(BIN)/python -m benchmarks.knapsacks --seconds $(SECONDS)

bench-chance: .venv/ready    ## quantile limits over independent groups: benchmarks/CHANCE.md
	$(BIN)/python -m benchmarks.chance --seconds $(SECONDS) $(if $(DATA),--data $(DATA))

bench-var: .venv/ready       ## plans for VaR and their proof: benchmarks/VAR.md
	$(BIN)/python -m benchmarks.value_at_risk

bench-limits: .venv/ready    ## seconds that solving for VaR takes beyond its limit
	$(BIN)/python -m benchmarks.limits

bench-simulation: .venv/ready ## SKU-days a minute and core of the day-by-day play
	$(BIN)/python -m benchmarks.simulation

bench-frontier: .venv/ready  ## many budgets in how many times one solve
	$(BIN)/python -m benchmarks.frontier

bench-spares: .venv/ready    ## real spare parts, promised and kept: benchmarks/SPARES.md
	$(BIN)/python -m benchmarks.real_spares

.venv/bench: .venv/ready requirements-bench.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements-bench.lock \
		|| $(BIN)/pip install --quiet --require-hashes -r requirements-bench.lock
	touch $@

bench-solver: .venv/ready    ## HiGHS against every plan of 50,000 random tiny models
	$(BIN)/python -m benchmarks.tiny_models

# Extras stay: pip before 23.3, Python 3.11's own, does not apply the pin of NAME to NAME[extra].
UPGRADE ?= --upgrade
PIN := --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url

lock: .venv/ready            ## pin every package, with hashes and no address; UPGRADE="-P NAME" for one
	$(BIN)/uv pip compile pyproject.toml --group dev $(UPGRADE) $(PIN) -o requirements.lock
	$(BIN)/uv pip compile --group pyproject.toml:bench --constraint requirements.lock $(UPGRADE) $(PIN) \
		-o requirements-bench.lock

clean:
	rm -rf .venv
