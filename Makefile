# Conch. `make run` builds and opens the app; `make test` passes every test.
# Both install what they need themselves (Debian: apt-get; elsewhere they name what is missing).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1.0)
LDFLAGS := -s -w -X main.version=$(VERSION)
TAGS := $(if $(filter Linux,$(shell uname -s)),webkit2_41,)
comma := ,
PRODUCTION := desktop,production$(if $(TAGS),$(comma)$(TAGS))
SOURCES := $(shell git ls-files -co --exclude-standard -- '*.go' go.mod go.sum 'backend/**' build/icon.png 2>/dev/null)
PAGE := $(shell git ls-files -co --exclude-standard -- frontend 2>/dev/null)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | column -t -s $$'\t'

.PHONY: setup
setup: ## Install the system packages and front-end modules that are missing
	@build/scripts/setup

# Not `npm ci`: it insists on optional packages of other systems that not every registry mirror carries.
frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm install --no-save --no-audit --no-fund
	@touch $@

.PHONY: page
page: build/bin/.page ## Build the front end into frontend/dist
build/bin/.page: $(PAGE) | setup
	$(MAKE) --no-print-directory frontend/node_modules/.package-lock.json
	cd frontend && npm run --silent build
	@mkdir -p build/bin && touch $@

.PHONY: build
build: build/bin/conch ## Build the app
build/bin/conch: $(SOURCES) build/bin/.page
	go build -tags $(PRODUCTION) -trimpath -ldflags "$(LDFLAGS)" -o $@ .

.PHONY: run
run: build ## Build and open the app; without a display, a demonstration on a virtual one
	@build/scripts/run

.PHONY: test
test: ## Every test: formatting, linters, types, units, other systems, the real window
	$(MAKE) --no-print-directory setup
	$(MAKE) --no-print-directory -j2 --output-sync check cross
	$(MAKE) --no-print-directory smoke
	$(MAKE) --no-print-directory e2e
	$(MAKE) --no-print-directory torture KILLS=500
	$(MAKE) --no-print-directory fuzz TARGETS='$(DECODERS)' FUZZTIME=$(if $(CI),60s,10s)
	$(MAKE) --no-print-directory unit

# What `wails generate module` runs, without waiting for the whole of the Wails tool to compile. It writes beside the
# wails.json of the folder it stands in, and opens the settings, which must not be the person's.
BINDINGS := build/bin/bindings
.PHONY: $(BINDINGS)
$(BINDINGS):
	@rm -rf $@ && mkdir -p $@ && cp wails.json $@
	go build -tags bindings -o $@/generate .
	cd $@ && XDG_CONFIG_HOME=$(CURDIR)/$@ tsoutputtype=interfaces ./generate >/dev/null

.PHONY: bindings
bindings: $(BINDINGS) ## Write frontend/wailsjs anew from Go's bound methods
	rm -rf frontend/wailsjs && cp -r $(BINDINGS)/frontend/wailsjs frontend/wailsjs

.PHONY: check
check: build/bin/.page $(BINDINGS) ## Formatting, vet, linters, types, the committed bindings
	@diff -r $(BINDINGS)/frontend/wailsjs frontend/wailsjs || { echo "run make bindings"; exit 1; }
	@test -z "$$(gofmt -l *.go backend build)" || { gofmt -l *.go backend build; echo "run gofmt"; exit 1; }
	go vet -tags $(PRODUCTION) ./...
	go vet -tags window,torture ./build/...
	go tool staticcheck -tags $(PRODUCTION) ./...
	cd frontend && npm run --silent check && npm run --silent lint

.PHONY: unit
unit: build/bin/.page ## Go tests with the race detector (one is for without), front-end unit tests
	cd frontend && npm run --silent test
	go test -tags $(PRODUCTION) -run Quota ./backend/engine
	go test -race -shuffle=on -timeout 30m -tags $(PRODUCTION) ./...

# Two at a time: as many as the cores CI has. The tests take those that read what strangers and crashes write: the
# service's answers, MP4s, prompts for names, the file server's paths, settings, databases.
FUZZTIME ?= 60s
TARGETS ?= Fuzz\w+
DECODERS := Fuzz(DecodePrediction|DecodeSubmission|Read|FileName|Parse|Decode|FlippedPages|Open|Profile)
.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZTIME (60s); what is found is kept under testdata/fuzz
	@grep -rHoP '^func \K$(TARGETS)(?=\()' --include='*_test.go' backend | sed -E 's,/[^/]+:, ,' | sort | \
		xargs -P2 -L1 build/scripts/fuzz $(FUZZTIME)

.PHONY: cross
cross: build/bin/.page ## Compile for Windows, vet for macOS what needs no Mac
	GOOS=windows GOARCH=amd64 go build -tags desktop,production -ldflags "$(LDFLAGS) -H windowsgui" -o build/bin/conch.exe .
	GOOS=windows GOARCH=amd64 go vet -tags desktop,production ./...
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go vet ./backend/...

.PHONY: smoke
smoke: build/bin/conch ## The real window on a virtual display, with a real keychain
	CONCH_BINARY=$(CURDIR)/build/bin/conch go test -count=1 -tags window -timeout 30m -v ./build/window

KILLS := 5000
.PHONY: torture
torture: build/bin/conch ## Kill the real program at every step (KILLS=5000 SEED=…), and hold the books against each other
	CONCH_BINARY=$(CURDIR)/build/bin/conch go test -count=1 -tags torture -timeout 2h ./build/torture -args -kills $(KILLS) $(if $(SEED),-seed $(SEED))

build/bin/bare: $(wildcard build/bench/bare/*.go build/bench/bare/page/*) go.mod
	go build -tags $(PRODUCTION) -trimpath -ldflags "-s -w" -o $@ ./build/bench/bare

.PHONY: bench
bench: build/bin/conch build/bin/bare ## Time and memory beside a bare window and curl; no part of the tests
	go build -o build/bin/bench ./build/bench
	build/bin/bench $(if $(RUNS),-runs $(RUNS))

.PHONY: load
load: build/bin/conch ## Runs in flight at 0, 10, 100 and 1,000, and polling beside a plain poller; about 12 minutes
	go build -o build/bin/bench ./build/bench
	build/bin/bench -only polling,load

# As it is shipped, but with WebKit's inspector, through which the frames are measured.
build/bin/conch-devtools: $(SOURCES) build/bin/.page
	go build -tags $(PRODUCTION),devtools -trimpath -ldflags "$(LDFLAGS)" -o $@ .

.PHONY: bench-gallery
bench-gallery: build/bin/conch build/bin/conch-devtools build/bin/conch-dev ## The gallery at 100, 10,000 and 100,000 videos, side by side; no part of the tests
	go build -o build/bin/bench ./build/bench
	build/bin/bench -only gallery

build/bin/conch-dev: $(SOURCES) build/bin/.page
	go build -tags dev$(if $(TAGS),$(comma)$(TAGS)) -o $@ .

.PHONY: e2e
e2e: build/bin/conch-dev ## The page in Chromium on live bindings, against the simulator
	cd frontend && npm run --silent e2e

.PHONY: screenshots
screenshots: build/bin/conch ## Make the README's pictures anew, by the demonstration in the real window
	CONCH_BINARY=$(CURDIR)/build/bin/conch CONCH_DEMO_OUT=$(CURDIR)/build/bin/screenshots go test -count=1 -tags window -run TestDemo -timeout 5m ./build/window
	for view in create queue gallery player; do convert build/bin/screenshots/$$view.png -strip -quality 85 build/screenshots/$$view.jpg; done

.PHONY: audit
audit: ## Known vulnerabilities, for people online
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 -tags $(PRODUCTION) ./...
	cd frontend && npm audit

.PHONY: clean
clean: ## Remove what was built
	rm -rf build/bin build/demo frontend/dist/assets frontend/dist/index.html
