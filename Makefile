# What needs a name; everything else is the go command's.
LINTER   = .cache/golangci-lint-v2.15.0
RELEASER = .cache/goreleaser-v2.14.1
FUZZTIME = 10s

.PHONY: build test gatetest lint golden fuzz bench compare demo postgres conformance compat-conformance test-nocgo parser-differential release-check release validators

build: # builds everything, the commands into bin/
	go build -o bin/ ./...

test: # passes all tests; those against real servers want "make postgres" once
	go vet ./... && go test -timeout 30m ./...
	$(MAKE) gatetest

gatetest: # the gate on code for the real clients of feature flags and databases, in a module of its own; fails without them where CI is set
	@if go -C gatetest mod download; then go -C gatetest vet ./... && go -C gatetest test -count=1 -timeout 30m .; \
	else echo 'make gatetest: NOT RUN, because modules that it needs cannot be downloaded' >&2; test -z "$$CI"; fi

# The tests again for the build without a C compiler. What differs there is how
# SQL is read, so the longest comparisons with servers make do with the oldest
# and the newest major (PG="" runs them on all), and drills, which ask servers
# and not the parser, are left to the other build.
test-nocgo: export CGO_ENABLED = 0
test-nocgo: PG = 13 18
test-nocgo: # the tests of the build without a C compiler
	go vet ./...
	CI_POSTGRES_MAJORS="$(PG)" go test -timeout 30m ./analyzer/catalog ./analyzer/compat ./analyzer/lock
	go test -timeout 30m $$(go list ./... | grep -vE '/analyzer/(catalog|compat|drill|lock)$$')

parser-differential: # what the builds with and without a C compiler read differently, and fails where there is something: make parser-differential DIR=db/migrations
	@test -d "$(DIR)" || { echo 'make parser-differential: DIR names no directory; say, for example, make parser-differential DIR=db/migrations' >&2; exit 2; }
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && for cgo in 1 0; do \
		CGO_ENABLED=$$cgo SQL="$(abspath $(DIR))" OPERATIONS="$$out/$$cgo" go test ./parser -count=1 -run '^TestOperationsOfDirectory$$' || exit 2; done; \
		diff -U1 --label 'with cgo' --label 'without cgo' "$$out/1" "$$out/0"

lint: $(LINTER)/golangci-lint # the first time, the linter is built: about two minutes
	$< run

golden: # writes what tests compare with; read the diff
	go test $$(grep -rl --include='*_test.go' --exclude-dir='.*' 'flag\.Bool.*"update"' * | xargs -n1 dirname | sort -u | sed 's,^,./,') -update

fuzz: # every fuzz target for FUZZTIME
	@set -e; grep -rEo --include='*_test.go' --exclude-dir='.?*' '^func Fuzz\w+' . | sed 's,/[^/]*:func , ,' | while read -r dir target; do \
		echo "fuzzing $$target in $$dir"; go test ./$$dir -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; done

bench: build # throughput (MB/s, operations/s) and memory by stage, which should stay as they are where input grows; then whole processes, beside other linters
	go test -run '^$$' -bench . -benchmem ./...
	testdata/compare/fetch && go run ./testdata/compare -part speed $(if $(LARGE),-large)

compare: # what migracheck and other linters make of each other's examples, into docs/comparison.md; or of a history: make compare HISTORY=db/migrations
	testdata/compare/fetch && go run ./testdata/compare $(HISTORY)

demo: build # a release with mistakes; status 1 (findings) is what should come out
	bin/migracheck --from 0010 testdata/demo/migrations || test $$? -eq 1

conformance: # compares replay with servers on your migrations: make conformance HISTORY=db/migrations [PG="13 18"] [DOWN=1]
	@test -n "$(HISTORY)" || { echo 'make conformance: HISTORY names no migrations; say, for example, make conformance HISTORY=db/migrations' >&2; exit 2; }
	@test -e "$(HISTORY)" || { echo 'make conformance: there is no $(HISTORY)' >&2; exit 2; }
	@HISTORY="$(abspath $(HISTORY))" HISTORY_POSTGRES="$(PG)" HISTORY_DOWN="$(DOWN)" CI_POSTGRES=required \
		go test ./analyzer/catalog -count=1 -run '^TestHistoryConforms$$' -v

compat-conformance: # compares compat with servers on your application: make compat-conformance HISTORY=db/migrations APP=. [NEW_HISTORY=later/migrations] [PG="13 18"]
	@test -n "$(HISTORY)" && test -n "$(APP)" || { echo 'make compat-conformance: skipped, for HISTORY names no migrations or APP no code; say, for example, make compat-conformance HISTORY=db/migrations APP=.'; exit 0; }; \
	HISTORY="$(abspath $(HISTORY))" APP="$(abspath $(APP))" NEW_HISTORY="$(if $(NEW_HISTORY),$(abspath $(NEW_HISTORY)))" HISTORY_POSTGRES="$(PG)" CI_POSTGRES=required \
		go test ./analyzer/compat -count=1 -timeout 60m -run '^TestApplicationConforms$$' -v

release-check: $(RELEASER)/goreleaser # checks .goreleaser.yaml; the first time, goreleaser is built: many minutes
	$< check

release: $(RELEASER)/goreleaser # builds the binaries of the tag that is checked out and publishes them
	$< release --clean

validators: # fetches programs that read reports into .cache/, for the tests
	testdata/validators/fetch

postgres: # fetches PostgreSQL 13 to 18 into .postgres/, for the tests
	testdata/postgres/fetch

$(LINTER)/golangci-lint:
	GOBIN=$(abspath $(@D)) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(@D:.cache/golangci-lint-%=%)

$(RELEASER)/goreleaser:
	GOBIN=$(abspath $(@D)) go install github.com/goreleaser/goreleaser/v2@$(@D:.cache/goreleaser-%=%)
