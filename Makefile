# The two commands of the README, and what a maintainer runs. Everything installs itself into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.PHONY: demo test check test-engines test-faults test-notebooks test-pages test-readers test-readme test-stores test-gcs docs check-deploy bench bench-small clean

demo: $(READY)
	$(BIN)/newsbeam demo

test: $(READY)
	$(BIN)/python -m pytest

# Slower suites; continuous integration runs them too.
test-engines: $(READY)
	$(BIN)/python -m pytest -m engines

test-faults: $(READY)
	$(BIN)/python -m pytest -m faults

# Pages in Chromium, as `apt-get install chromium` brings it; npm brings what looks at them.
PAGES := build/pages
test-pages: $(READY)
	mkdir -p $(PAGES) && cp tests/pages/*.mjs tests/pages/package.json $(PAGES)
	! command -v npm || npm install --silent --no-audit --no-fund --prefix $(PAGES)
	$(BIN)/python -m pytest -m pages

test-notebooks: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-notebooks.txt
	$(BIN)/python -m pytest -m notebooks

test-readers: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-readers.txt
	$(BIN)/python -m pytest -m readers

# The README in a fresh clone: installs all once more, so it takes minutes.
test-readme: $(READY)
	$(BIN)/python -m pytest -m readme

test-stores: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-stores.txt
	$(BIN)/python -m pytest -m stores

# The same on a fake Google Cloud Storage, and a dry run of Dataflow. Its clients are 340 MB, and the store itself is built with Go.
GCS := build/gcs
FAKE_GCS := github.com/fsouza/fake-gcs-server@v1.56.1
test-gcs:
	$(PYTHON) -m venv $(GCS)
	$(GCS)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --requirement requirements-gcs.txt
	GOBIN=$(CURDIR)/$(GCS)/bin go install $(FAKE_GCS)
	FAKE_GCS_SERVER=$(CURDIR)/$(GCS)/bin/fake-gcs-server $(GCS)/bin/python -m pytest -m stores tests/stores tests/end_to_end/test_dataflow_graph.py

# The files in deploy/: linters and schemas from packages. Nothing is started but the command itself, confined.
check-deploy: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-deploy.txt
	$(BIN)/python -m pytest -m "deploy or not deploy" tests/deploy

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip check

# The documentation as a site in build/site. Pages and what they link to are copied, so that relative links hold.
SITE := build/docs-venv
docs:
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-docs.txt
	rm -rf build/docs && mkdir -p build/docs
	cp README.md CONTRIBUTING.md CHANGELOG.md LICENSE NOTICE build/docs
	cp -R docs deploy build/docs
	$(SITE)/bin/mkdocs build --quiet --strict

# make bench DATA=../shared/data writes docs/performance.md; MORE="--rounds-slow 1 --archives FOLDER" and the like.
DATA ?= ../shared/data
MORE ?=
bench: $(READY)
	$(BIN)/python -m benchmarks --data $(DATA)
	$(BIN)/python -m benchmarks.performance --data $(DATA) $(MORE)

# Less than a minute: whether we are as fast beside our peers as we were.
bench-small: $(READY)
	$(BIN)/python -m benchmarks.small

$(READY): setup.py constraints.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --requirement requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) demo-output build *.egg-info
