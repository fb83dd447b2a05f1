# `make help` lists the targets. They need Go, gcc (for the race detector) and
# nothing else; only run-aerospike-ce wants a container runtime.

GO          ?= go
RUNTIME     ?= docker
COMPOSE     ?= $(RUNTIME) compose
STATICCHECK ?= $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
# Seconds for each fuzz target.
FUZZTIME    ?= 5
# Time limit of one package's tests.
TESTTIME    ?= 20m
# Tests of this name hammer the client from many goroutines.
CONCURRENT  ?= Concurren|Soak|Stress|Storm|Race
# Tests of this name measure what the race detector spoils.
BUDGETS     ?= Alloc|Memory|Heap|AreSmall
# Arguments of the benchmark program, for example BENCHFLAGS=-quick.
BENCHFLAGS  ?=

SERVER   := bin/aerospike-embedded
UNIT      = $(shell $(GO) list ./... | grep -v /integration)

.DEFAULT_GOAL := help
.PHONY: help install build test test-unit test-integration test-concurrency test-compat test-differential test-fuzz test-budgets test-all \
	lint arrows fmt run-aerospike-ce stop-aerospike-ce run-benchmark run-benchmark-many run-benchmark-encoding run-benchmark-hooks clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## download the modules
	$(GO) mod download
	cd benchmarks && $(GO) mod download

build: ## compile everything; the embedded server goes to bin/
	$(GO) build ./...
	$(GO) build -o $(SERVER) ./cmd/aerospike-embedded
	cd benchmarks && $(GO) build -o ../bin/ ./...

test: test-fuzz test-budgets ## everything that needs no container, with the race detector: fuzz targets, then unit and integration tests
	$(GO) test -race -timeout $(TESTTIME) ./...

test-budgets: ## the budgets of allocations and memory, which the race detector would spoil
	$(GO) test -count=1 -timeout $(TESTTIME) -run '$(BUDGETS)' ./aerospike/... ./aerospiketest/... ./observability/...

test-unit: ## tests of the packages, without the integration suite
	$(GO) test -race -timeout $(TESTTIME) $(UNIT)

test-integration: ## the conformance suite: on the embedded server, or on AEROSPIKE_HOST[:AEROSPIKE_PORT]
	cd integration && $(GO) test -race -count=1 -timeout $(TESTTIME) # in its folder, go test shows what was skipped

test-concurrency: ## the tests that use many goroutines, with the race detector
	$(GO) test -race -count=1 -timeout $(TESTTIME) -run '$(CONCURRENT)' ./...

test-compat: ## this client beside the official one, on the embedded server or on AEROSPIKE_HOST
	cd benchmarks && $(GO) test -count=1 -timeout $(TESTTIME) ./...

test-differential: ## compare the embedded server with a real one at AEROSPIKE_HOST:AEROSPIKE_PORT: AEROSPIKE_DIFF_OPS=1000000 random operations
	@if [ -z "$$AEROSPIKE_HOST" ]; then echo "set AEROSPIKE_HOST and AEROSPIKE_PORT"; exit 1; fi
	AEROSPIKE_DIFF_OPS=$${AEROSPIKE_DIFF_OPS:-1000000} $(GO) test -count=1 -timeout 60m -v -run LikeTheRealServer ./aerospiketest

test-fuzz: ## every fuzz target for FUZZTIME seconds
	.ci/fuzz $(FUZZTIME)

test-all: lint test test-compat ## lint and every test

lint: arrows ## gofmt, go vet, staticcheck and the direction of imports; a finding is an error
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "not formatted:"; echo "$$files"; exit 1; fi
	$(GO) vet ./...
	$(STATICCHECK) ./...
	cd benchmarks && $(GO) vet ./... && $(STATICCHECK) ./...

arrows: ## check who imports whom
	.ci/arrows

fmt: ## format the code
	gofmt -w .

run-aerospike-ce: ## start Aerospike Community Edition on 127.0.0.1:3000 (RUNTIME=docker or podman); nothing if it runs
	@if [ -n "$$($(RUNTIME) ps -q --filter name='^aerospike-ce$$')" ]; then \
		echo "aerospike-ce is running"; \
	else \
		$(COMPOSE) up -d --wait; \
	fi

stop-aerospike-ce: ## remove it
	$(COMPOSE) down --volumes

run-benchmark: ## compare with the official client and write benchmarks/RESULTS.md (AEROSPIKE_HOST for a real server)
	$(GO) build -o $(SERVER) ./cmd/aerospike-embedded
	cd benchmarks && $(GO) build -o ../bin/ ./cmd/... && ../bin/bench -embedded ../$(SERVER) -out RESULTS.md $(BENCHFLAGS)

run-benchmark-many: ## the same for batches, scans, queries and columns; rewrites their part of benchmarks/RESULTS.md
	$(GO) build -o $(SERVER) ./cmd/aerospike-embedded
	cd benchmarks && $(GO) build -o ../bin/ ./cmd/... && ../bin/bench -many -embedded ../$(SERVER) -out RESULTS.md $(BENCHFLAGS)

run-benchmark-encoding: ## what building and encoding operations and expressions costs, beside the official client
	cd benchmarks && $(GO) test -run '^$$' -bench . -count 3 ./encoding

run-benchmark-hooks: ## what a hook, metrics and tracing cost a call; writes benchmarks/cmd/hooks/RESULTS.md
	$(GO) build -o $(SERVER) ./cmd/aerospike-embedded
	cd benchmarks && $(GO) build -o ../bin/ ./cmd/... && ../bin/hooks -embedded ../$(SERVER) -out cmd/hooks/RESULTS.md $(BENCHFLAGS)

clean: ## remove what was built and the caches of test results
	rm -rf bin
	$(GO) clean -testcache
