# What people and the build server use; `make help` lists it.
PORT ?= 8000
HOST ?= 127.0.0.1
PYTEST_ARGS ?=
WORKERS ?= 2
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test soak check fmt lock messages routes bench bench-board bench-deadline bench-lineage bench-pool bench-tablets clean

help: ## list what `make` can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: setup ## set up, load the demonstration city, serve it on HOST and PORT (127.0.0.1, 8000)
	@.venv/bin/jiangcai init
	@.venv/bin/jiangcai demo
	@exec .venv/bin/jiangcai serve --host $(HOST) --port $(PORT)

setup: ## make the environment that `make run` needs
	@sh scripts/setup.sh

setup-dev: ## the same, with what tests and checks need
	@sh scripts/setup.sh --dev

test: setup-dev ## run every test (PYTEST_ARGS to choose, WORKERS to share the work)
	@$(PY) -m scripts.browser
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup $(PYTEST_ARGS)

soak: setup-dev ## run the long forms of the tests
	@$(PY) -m scripts.browser
	@$(PY) -m pytest -m soak $(PYTEST_ARGS)

check: setup-dev ## format, lint, types, import contracts, templates, migrations, translations, licences
	@$(PY) -m scripts.check $(ONLY)

fmt: setup-dev ## write the format that `make check` wants
	@$(PY) -m scripts.check --fix

lock: setup-dev ## renew the lock files after a change of requirements*.in or package.json
	@$(PY) -m scripts.lock

messages: setup-dev ## collect the texts to translate into translations/zh_CN
	@$(PY) -m scripts.messages update

routes: setup-dev ## write down the addresses the product has now
	@$(PY) -m scripts.routes

bench: setup-dev ## run the benchmarks; the figures are kept in benchmarks/RESULTS.md
	@$(PY) -m pytest benchmarks --ignore benchmarks/bench_tablets.py --ignore benchmarks/bench_pool.py --ignore benchmarks/bench_board.py --ignore benchmarks/bench_deadline.py --ignore benchmarks/bench_lineage.py -o python_files='bench_*.py' -o python_functions='bench_*' -s $(PYTEST_ARGS)

bench-board: setup-dev ## 500 readers on a hall board (READERS, SECONDS, WORKS to choose)
	@$(PY) -m pytest benchmarks/bench_board.py -k sqlite -o python_files='bench_*.py' -o python_functions='bench_*' -s $(PYTEST_ARGS)

bench-deadline: setup-dev ## 3,000 submissions with two 5 MB files in half an hour (CONTESTANTS, MEGABYTES, SECONDS, KILLS)
	@$(PY) -m pytest benchmarks/bench_deadline.py -k sqlite -o python_files='bench_*.py' -o python_functions='bench_*' -s $(PYTEST_ARGS)

bench-lineage: setup-dev ## lineages among a million people and 900,000 pairs on both databases (PEOPLE)
	@$(PY) -m pytest benchmarks/bench_lineage.py -o python_files='bench_*.py' -o python_functions='bench_*' -s $(PYTEST_ARGS)

bench-pool: setup-dev ## search a pool and walk lineages at a million people on both databases (ROWS, PEOPLE, POOLS=folder)
	@$(PY) -m pytest benchmarks/bench_pool.py benchmarks/bench_lineage.py -o python_files='bench_*.py' -o python_functions='bench_*' -s $(PYTEST_ARGS)

bench-tablets: setup-dev ## 300 tablets against a server (TABLETS, SECONDS, QUEUED, VIEWERS to choose)
	@$(PY) -m pytest benchmarks/bench_tablets.py -o python_files='bench_*.py' -o python_functions='bench_*' -s $(PYTEST_ARGS)

clean: ## remove what was made, except the database and its keys in instance/
	@rm -rf .venv node_modules static/vendor build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	@find translations -name '*.mo' -delete
