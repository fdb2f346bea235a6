# Trefoil's build. `make` lists the targets.

# Settings, for example: make run ROUTER_PORT=5000 DATA_DIR=/tmp/shop
ROUTER_PORT  ?= 4000
USER_PORT    ?= 4001
PRODUCT_PORT ?= 4002
ORDER_PORT   ?= 4003
NATS_PORT    ?= 4222
# The router's listener for operators: 9090, or as far from ROUTER_PORT as 9090 is from 4000.
ADMIN_PORT   ?= $(shell port=$$(($(ROUTER_PORT) + 5090)); [ $$port -le 65535 ] || port=$$(($(ROUTER_PORT) - 5090)); echo $$port)
DATA_DIR     ?= data
# require: the router accepts the storefront's documents only.
TRUSTED      ?= off
# The port for goreman's commands. Each shop has its own port, and none uses goreman's default:
# a command without -p would reach whichever shop uses that.
GOREMAN_RPC_PORT ?= $(shell port=$$(($(ROUTER_PORT) + 5555)); [ $$port -le 65535 ] || port=$$(($(ROUTER_PORT) - 5555)); echo $$port)
# For make bench-shop: 1000,10000,100000,1000000
SIZES        ?= 1000
# For make fuzz.
FUZZTIME     ?= 1m
# For make kill and kill-forget. Also: CRASH_RUNS (200), the minimum of shopping runs, and
# CRASH_SEED, which repeats the random choices.
CRASH_VICTIMS ?= nats,product,order
CRASH_KILLS   ?= 1000
CRASH_CLIENTS ?= 20
CRASH_FORGET  ?= 0

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOREMAN  := github.com/mattn/goreman

SUBGRAPHS   := nats user product order health
WEB_SOURCES := $(shell find web schema subgraphs/product/seed -type f \
	-not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/src/gql/*' 2>/dev/null)

.PHONY: help run print-ready build services test test-go test-postgres test-web lint generate generated web e2e kill kill-forget browser containers-check fuzz isolation oracle clients audit-cross audit-guarded bench bench-shop clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export NATS_LISTEN   := 127.0.0.1:$(NATS_PORT)
run: export DATA_DIR      := $(if $(filter /%,$(DATA_DIR)),,$(CURDIR)/)$(DATA_DIR)
run: export ROUTER_LISTEN := 127.0.0.1:$(ROUTER_PORT)
run: export ROUTER_ADMIN_LISTEN := 127.0.0.1:$(ADMIN_PORT)
run: export USER_LISTEN   := 127.0.0.1:$(USER_PORT)
run: export PRODUCT_LISTEN := 127.0.0.1:$(PRODUCT_PORT)
run: export ORDER_LISTEN  := 127.0.0.1:$(ORDER_PORT)
run: export USER_URL      := http://127.0.0.1:$(USER_PORT)
run: export PRODUCT_URL   := http://127.0.0.1:$(PRODUCT_PORT)
run: export ORDER_URL     := http://127.0.0.1:$(ORDER_PORT)
run: export NATS_URL      := nats://127.0.0.1:$(NATS_PORT)
run: export TRUSTED       := $(TRUSTED)
run: export PUBLIC_URL    := http://127.0.0.1:$(ROUTER_PORT)
run: export GOREMAN_RPC_ADDR := 127.0.0.1
run: export GOREMAN_RPC_PORT := $(GOREMAN_RPC_PORT)
define READY
\nThe shop is open.\n
  storefront   http://127.0.0.1:$(ROUTER_PORT)/\n
  playground   http://127.0.0.1:$(ROUTER_PORT)/playground\n
  GraphQL      http://127.0.0.1:$(ROUTER_PORT)/graphql\n
  subgraphs    user $(USER_PORT), product $(PRODUCT_PORT), order $(ORDER_PORT)\n
  Ctrl-C stops everything; bin/goreman -p $(GOREMAN_RPC_PORT) run stop product stops one.\n\n
endef
run print-ready: export READY := $(READY)
run: build ## build what changed, start everything, print the URLs; Ctrl-C stops all
	@if bin/goreman run list >/dev/null 2>&1; then \
		echo 'another shop uses port $(GOREMAN_RPC_PORT); stop it, or set GOREMAN_RPC_PORT to another port' >&2; exit 1; fi
	@exec bin/goreman -set-ports=false start

# Prints what make run prints, for a test.
print-ready:
	@printf '%b' "$$READY"

build: ## build all binaries into bin/
	@$(MAKE) --no-print-directory -j2 services web
	@go build -o bin/ ./router

# All programs but the router, which embeds the web and is built after it.
services:
	@mkdir -p bin
	@go build -o bin/ $(addprefix ./subgraphs/,$(SUBGRAPHS)) $(GOREMAN)

web: web/dist/index.html ## build the storefront and the playground

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@cd web && npm run --silent build

# npm 10 failed with this lock file; npm 11 works.
web/node_modules/.package-lock.json: web/package-lock.json
	@cd web && if [ "$$(npm --version | cut -d. -f1)" -ge 11 ]; \
		then npm ci --no-audit --no-fund; else npx --yes npm@11 ci --no-audit --no-fund; fi
	@touch $@

test: test-go test-web ## run all tests that need only Go, gcc, Node and make

test-go: ## the Go tests, with the race detector
	go test -race ./...
	go test ./router/... -run Allocates # the race detector disturbs these counts
	go test ./subgraphs/tests/saga -seeds 2000

ON_POSTGRES := tests/bench internal/database/sqldb internal/database/fulltext \
	$(addprefix internal/messages/,outbox command deadletter) \
	user/... product/... $(addprefix order,/catalogue /graph /replies /store) order
test-postgres: ## the tests that use a database, on the Postgres of TEST_POSTGRES_URL
	@test -n "$$TEST_POSTGRES_URL" || { echo 'set TEST_POSTGRES_URL, or run .ci/postgres make test-postgres' >&2; exit 1; }
	go test $(addprefix ./subgraphs/,$(ON_POSTGRES))
	go test ./subgraphs/order/sales -rapid.checks=20
	go test ./subgraphs/tests/saga -seeds 20

test-web: web/node_modules/.package-lock.json ## the web's type check and unit tests
	cd web && npm run --silent typecheck && npm run --silent test

e2e: build ## test the real processes while some are killed; on Postgres if TEST_POSTGRES_URL is set
	go test -tags e2e -count=1 -v ./subgraphs/tests/e2e

kill: build ## kill -9 CRASH_VICTIMS (nats,product,order) CRASH_KILLS (1000) times while CRASH_CLIENTS (20) shop
	CRASH_VICTIMS=$(CRASH_VICTIMS) CRASH_KILLS=$(CRASH_KILLS) CRASH_CLIENTS=$(CRASH_CLIENTS) CRASH_FORGET=$(CRASH_FORGET) \
		go test -tags e2e -count=1 -v -timeout 120m -run TestKillsLoseNoOrder ./subgraphs/tests/e2e

kill-forget: ## the same, but the bus loses all its files each time it is killed
	@$(MAKE) --no-print-directory kill CRASH_FORGET=1

browser: build ## shop in a real browser (needs Chromium)
	cd web && npm run --silent e2e

containers-check: ## run the shop in its own container engine (needs root and Debian's packages)
	.ci/engine .ci/containers

lint: web/node_modules/.package-lock.json ## run the linters
	go run $(GOLANGCI) run
	cd web && npm run --silent lint

generate: ## generate the code and the composed schemas
	@go generate ./subgraphs/...
	@go run ./router compose --config router/router.yaml > schema/.composed && mv schema/.composed schema/supergraph.graphqls
	@go run ./router api --config router/router.yaml > schema/.composed && mv schema/.composed schema/api.graphqls

generated: generate ## fail if the committed generated code is out of date
	@git diff --exit-code -- schema subgraphs || { echo 'run make generate and commit its changes' >&2; exit 1; }

fuzz: ## run the long property tests, then each fuzz target for FUZZTIME (1m)
	go test ./router/tests/difftest -run 'Property|Renaming|Access' -rapid.checks=20000 -timeout 60m
	go test ./subgraphs/tests/saga -seeds 100000 -timeout 180m
	@for at in $$(grep -rl --include='*_test.go' '^func Fuzz' router subgraphs | xargs -n1 dirname | sort -u); do \
		for target in $$(grep -h '^func Fuzz' $$at/*_test.go | sed 's/func \(Fuzz[A-Za-z]*\).*/\1/'); do \
			go test ./$$at -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x || exit 1; \
		done; done

isolation: ## check a million answers to 200 concurrent users, 100,000 under the race detector
	go test ./router/edge/gateway -count=1 -v -run TestNobodyGetsAnothersData -timeout 60m -args -answers 1000000
	go test -race ./router/edge/gateway -count=1 -v -run TestNobodyGetsAnothersData -timeout 60m -args -answers 100000

oracle: router/tests/oracle/node_modules/.package-lock.json ## compare with other Federation 2 implementations from npm
	go test -tags oracle -count=1 -timeout 60m ./router/tests/oracle
	go test -tags oracle -count=1 -timeout 120m -run TestOracle ./router/tests/difftest -worlds 500 -operations 10

# The federation audit is a program that starts routers. It is not in this repository.
AUDIT ?= ../shared/audit
audit-cross: router/tests/oracle/node_modules/.package-lock.json ## audit our router with others' supergraphs, and theirs with ours
	@mkdir -p bin && go build -o bin/ ./router
	@router/tests/oracle/audit.sh "$(AUDIT)" bin/router

audit-guarded: ## close one field after the other of the audit's graphs, and compare the responses
	AUDIT="$(abspath $(AUDIT))" go test -count=1 -v ./router/tests/audit

router/tests/oracle/node_modules/.package-lock.json: router/tests/oracle/package-lock.json
	cd router/tests/oracle && npm ci --no-audit --no-fund
	@touch $@

clients: router/tests/clients/node_modules/.package-lock.json ## test the router with clients from npm
	TEST_CLIENTS=1 go test -count=1 -timeout 10m ./router/tests/clients

router/tests/clients/node_modules/.package-lock.json: router/tests/clients/package-lock.json
	cd router/tests/clients && npm ci --no-audit --no-fund
	@touch $@

bench: router/tests/oracle/node_modules/.package-lock.json ## run the benchmarks, two of them also with other implementations from npm
	go test -run '^$$' -bench . -benchmem ./...
	go test -tags oracle -run '^$$' -bench Beside -benchtime 20x -timeout 20m ./router/tests/oracle

bench-shop: build ## measure the whole shop with SIZES (1000) products and orders, in DATABASE_URL if set
	@go run ./subgraphs/tests/bench -sizes $(SIZES)

clean: ## remove build results, but not data
	rm -rf bin web/dist/* web/src/gql
