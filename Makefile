# What needs a name; everything else is the go command's.
LINTER   = .cache/golangci-lint-v2.15.0
FUZZTIME = 10s

.PHONY: build test lint golden fuzz bench demo postgres conformance compat-conformance

build: # builds everything, the commands into bin/
	go build -o bin/ ./...

test: # passes all tests; those against real servers want "make postgres" once
	go vet ./... && go test -timeout 30m ./...

lint: $(LINTER)/golangci-lint # the first time, the linter is built: about two minutes
	$< run

golden: # writes what tests compare with; read the diff
	go test $$(grep -rl --include='*_test.go' --exclude-dir='.*' 'flag\.Bool.*"update"' * | xargs -n1 dirname | sort -u | sed 's,^,./,') -update

fuzz: # every fuzz target for FUZZTIME
	@set -e; grep -rEo --include='*_test.go' --exclude-dir='.?*' '^func Fuzz\w+' . | sed 's,/[^/]*:func , ,' | while read -r dir target; do \
		echo "fuzzing $$target in $$dir"; go test ./$$dir -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x; done

bench: # throughput (MB/s, operations/s) and peak memory; both should stay as they are where input grows
	go test -run '^$$' -bench . -benchmem ./...

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

postgres: # fetches PostgreSQL 13 to 18 into .postgres/, for the tests
	testdata/postgres/fetch

$(LINTER)/golangci-lint:
	GOBIN=$(abspath $(@D)) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(@D:.cache/golangci-lint-%=%)
