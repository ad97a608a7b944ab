package migration

import (
	"path"
	"slices"
	"strings"
)

// Names of directories for the scripts of one database system each, as in
// Flyway's db/migration/{vendor}.
var (
	postgresNames = []string{"postgres", "postgresql", "pgsql", "pg"}
	foreignNames  = []string{
		"cockroach", "cockroachdb", "db2", "derby", "firebird", "h2", "hsqldb", "mariadb", "mssql", "mysql", "oracle",
		"redshift", "snowflake", "spanner", "sqlite", "sqlite3", "sqlserver", "tidb", "yugabyte", "yugabytedb",
	}
)

// dialect returns the files of the directory and all below, without those in
// directories of other database systems that have PostgreSQL's beside them.
func (d *Dir) dialect() (files, foreign []*Input) {
	all := d.Below()
	has := map[string]bool{} // directories with one for PostgreSQL in them
	for _, in := range all {
		for dir := path.Dir(in.Name); dir != "."; dir = path.Dir(dir) {
			if slices.Contains(postgresNames, strings.ToLower(path.Base(dir))) {
				has[path.Dir(dir)] = true
			}
		}
	}
	for _, in := range all {
		other := false
		for dir := path.Dir(in.Name); dir != "."; dir = path.Dir(dir) {
			other = other || has[path.Dir(dir)] && slices.Contains(foreignNames, strings.ToLower(path.Base(dir)))
		}
		if other {
			foreign = append(foreign, in)
			continue
		}
		files = append(files, in)
	}
	return files, foreign
}
