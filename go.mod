module github.com/migracheck/migracheck

go 1.26.8

require (
	github.com/pganalyze/pg_query_go/v6 v6.2.5 // indirect
	google.golang.org/protobuf v1.33.0 // indirect
)
