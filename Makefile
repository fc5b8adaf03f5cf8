# make demo   shows the main job, in the sandbox or against real servers
# make up     starts everything and leaves it running
# make test   builds and runs all tests
# make help   lists the rest

SHELL := /bin/bash
.DEFAULT_GOAL := help

# What the build links and the tests use. Installed by name when missing; nothing comes from anywhere else.
PACKAGES := libsqlite3-dev libyaml-dev protobuf-compiler libssl-dev libnghttp2-dev libcurl4-openssl-dev
# What the tests need beyond that: Go's template engine renders the Helm chart, as Helm does.
TEST_PACKAGES := golang-go golang-github-masterminds-sprig-dev golang-github-xeipuuv-gojsonschema-dev golang-gopkg-yaml.v3-dev
VERSION := 0.1.0
OUR_SWIFT = $(shell git ls-files '*.swift' | grep -v -e '/Generated/')

.PHONY: help
help: ## Say what there is.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

.PHONY: packages
packages:
	@missing=; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then run=; else run=sudo; fi; \
	  $$run apt-get update -q && $$run apt-get install -y -q --no-install-recommends $$missing; fi

.PHONY: build
build: packages ## Build everything but the tests, for debugging.
	swift build --product demo

# Real servers: make demo KUBECONFIG=… TELEPORT_DATA_DIR=… TELEPORT_AUTH=…
# KUBECONFIG counts only if it stands on make's command line: the demo must not find somebody's cluster by accident.
DEMO_FLAGS := $(if $(filter command line,$(origin KUBECONFIG)),--kubeconfig $(KUBECONFIG)) \
  $(if $(TELEPORT_DATA_DIR),--teleport-data-dir $(TELEPORT_DATA_DIR)) \
  $(if $(TELEPORT_AUTH),--teleport-auth $(TELEPORT_AUTH)) \
  $(if $(TELEPORT_MAJOR),--teleport-major $(TELEPORT_MAJOR))

.PHONY: demo
demo: build ## Show the main job from beginning to end.
	@.build/debug/demo $(DEMO_FLAGS)

.PHONY: up
up: build ## Start everything, leave it running, and say how to point kubectl at it.
	@.build/debug/demo --up $(DEMO_FLAGS)

# Hundreds of tests at once on a few cores would starve those that have a server's time limits to keep.
TEST := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8 swift test --skip-build

.PHONY: test
test: PACKAGES += $(TEST_PACKAGES)
test: packages ## Build and run all tests, and the demo.
	swift build --build-tests
	$(TEST)
	@.build/debug/demo > .build/demo.log || { cat .build/demo.log; exit 1; }
	@echo "The demo works, too: .build/demo.log."

WALK_SEEDS ?= 20

.PHONY: soak
soak: packages ## Run the long tests in full: a fault at every point of a bot's and a controller's life, and WALK_SEEDS=n random walks.
	swift build --build-tests
	CRASH_POINTS=all WALK_SEEDS=$(WALK_SEEDS) $(TEST) --filter 'CrashTests|FaultTests|ReconcileWalkTests'

.PHONY: contract
contract: packages ## Run the contract suites, also against CONTRACT_KUBECONFIG and CONTRACT_TELEPORT_DATA_DIR + CONTRACT_TELEPORT_AUTH.
	@echo "kube-apiserver: the sandbox$(if $(CONTRACT_KUBECONFIG), and $(CONTRACT_KUBECONFIG))"
	@echo "Teleport auth: the sandbox$(if $(CONTRACT_TELEPORT_DATA_DIR), and $(CONTRACT_TELEPORT_AUTH))"
	swift build --build-tests
	CONTRACT_KUBECONFIG='$(CONTRACT_KUBECONFIG)' CONTRACT_TELEPORT_DATA_DIR='$(CONTRACT_TELEPORT_DATA_DIR)' \
	  CONTRACT_TELEPORT_AUTH='$(CONTRACT_TELEPORT_AUTH)' $(TEST) --filter ContractTests

.PHONY: lint
lint: ## Check the format of the code and what must not be in it.
	@swift format lint --strict --configuration .swift-format $(OUR_SWIFT)
	@Scripts/check-sources

.PHONY: format
format: ## Format the code.
	@swift format --in-place --configuration .swift-format $(OUR_SWIFT)

.PHONY: generate
generate: PACKAGES += $(TEST_PACKAGES)
generate: packages ## Make anew what is generated and committed: descriptors, CRDs, docs/kinds.md, rights, kustomize.
	Scripts/generate-descriptors
	swift build --product controller
	.build/debug/controller crds --output-dir deploy/crds
	.build/debug/controller kinds -o markdown --examples deploy/examples > docs/kinds.md
	.build/debug/controller rbac > deploy/helm/teleport-operator/files/roles.yaml
	Scripts/generate-kustomize > deploy/kustomize/base/operator.yaml

.PHONY: release
release: packages ## Build the release binaries, strip them, and check that Foundation and ICU stayed out.
	swift build -c release --static-swift-stdlib --product tbot-lite
	swift build -c release --static-swift-stdlib --product controller
	Scripts/check-release .build/release/tbot-lite .build/release/controller

.PHONY: image-roots
image-roots: release ## Lay out what the images contain, in .build/image, and say what each file weighs.
	@rm -rf .build/image
	@for name in tbot-lite controller; do Scripts/image-root .build/release/$$name .build/image/$$name; done

DOCKER ?= docker

.PHONY: images
images: ## Build the two container images (DOCKER=podman works too).
	@for name in tbot-lite controller; do \
	  $(DOCKER) build -f deploy/Dockerfile --target $$name -t localhost/teleport-kubernetes/$$name:$(VERSION) \
	    --build-arg VERSION=$(VERSION) --build-arg REVISION=$$(git rev-parse HEAD) . || exit 1; done

.PHONY: sbom
sbom: PACKAGES += jq
sbom: packages ## Write a CycloneDX bill of materials into .build/sbom.cdx.json.
	@mkdir -p .build
	@Scripts/sbom $(VERSION) > .build/sbom.cdx.json
	@jq -r '"\(.components | length) components in .build/sbom.cdx.json"' .build/sbom.cdx.json

.PHONY: smoke
smoke: build ## Run compose/'s smoke test against the stand-ins, without containers; takes kubectl and tctl 14 in the PATH.
	@compose/local.sh

.PHONY: bench
bench: packages ## Measure the release binaries and write .build/bench.json.
	swift build -c release --static-swift-stdlib --product tbot-lite
	swift build -c release --static-swift-stdlib --product controller
	swift build -c release --static-swift-stdlib --product bench
	@.build/release/bench

.PHONY: clean
clean: ## Remove what was built.
	rm -rf .build
