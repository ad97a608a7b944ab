package queries

import "strings"

// A Client is the application's side of a query: the library that sends it,
// how, and what its rows are read into. Each field has a zero value for what
// the code does not show. Clients can be compared.
type Client struct {
	// Library is the one whose call sends the text.
	Library Library
	// Sending is how the text reaches the server, by the defaults of the
	// library and what the code says otherwise; what a connection string says
	// is not seen.
	Sending Sending
	// Copy is set where a COPY stands for a call of pgx's CopyFrom, which sends
	// values in the binary formats of types that it asked for once.
	Copy bool
	// Reading is how rows are read.
	Reading Reading
	// Targets are what a row is read into: for [Scan] each target in order, for
	// readings by name the fields in order of name. Empty with a reading by
	// name, the fields are not known.
	Targets Values
	// Args are the parameters in order, empty where the code does not show
	// them one by one.
	Args Values
}

// A Library sends queries.
type Library string

// The libraries.
const (
	PGX   Library = "pgx"
	SQL   Library = "database/sql"
	SQLX  Library = "sqlx"
	Scany Library = "scany"
	GORM  Library = "gorm"
	BunDB Library = "bun"
	GoPG  Library = "go-pg"
	PQ    Library = "pq" // its CopyIn; queries by it are those of database/sql
)

// A Sending is whether a session keeps what it knows of a statement, and for
// how long.
type Sending string

// The sendings.
const (
	// Unprepared: the server parses the text each time, or nothing is kept.
	Unprepared Sending = "unprepared"
	// CachedStatement: each connection prepares the text when it first sends
	// it, and again after an error that says that the plan is no longer valid.
	CachedStatement Sending = "cached statement"
	// CachedDescription: each connection asks once for the types of parameters
	// and columns.
	CachedDescription Sending = "cached description"
	// Prepared: the code prepares the statement and keeps it for as long as the
	// connection or the pool lives.
	Prepared Sending = "prepared"
)

// A Reading is how rows are read.
type Reading string

// The readings.
const (
	// Nothing: rows are not read.
	Nothing Reading = "nothing"
	// Scan: by position; the number of columns must be that of the targets.
	Scan Reading = "scan"
	// ByName: into the fields of a struct; each column must have a field and
	// each field a column.
	ByName Reading = "by name"
	// ByNameLax: each column must have a field; a field without a column stays
	// zero. So do pgx's RowToStructByNameLax, sqlx, scany, and raw queries of
	// bun and go-pg.
	ByNameLax Reading = "by name, lax"
	// Matching: what has both a column and a field; the rest is left out.
	Matching Reading = "matching"
	// Map: whatever there is.
	Map Reading = "map"
)

// A Value is one Go value that a column is read into, or a parameter written
// from.
type Value struct {
	// Name is the column of a field, "" for what has its place.
	Name string
	// Loose is set where upper and lower case and underscores do not count.
	Loose bool
	// Type is bool, one of Go's types of numbers and strings, time.Time or
	// []byte, also where it underlies a type without methods that say how it
	// is read or written. Otherwise it is "": pointers and types like
	// sql.NullString take NULL, of others nothing is known.
	Type string
}

// TakesNull reports whether NULL may be read into the value. It is false for
// types that certainly have no place for it.
func (v Value) TakesNull() bool { return v.Type == "" || v.Type == "[]byte" }

// Names reports whether a column of that name is read into the value.
func (v Value) Names(column string) bool {
	if !v.Loose {
		return v.Name == column
	}
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	return plain(v.Name) == plain(column)
}

// Values is a list of values as a text: "name:type", with ~ before the colon
// where the name is loose, separated by spaces.
type Values string

// escapes are for names that hold what separates values.
var (
	escape   = strings.NewReplacer("%", "%25", " ", "%20", ":", "%3A", "~", "%7E", "\t", "%09", "\n", "%0A")
	unescape = strings.NewReplacer("%25", "%", "%20", " ", "%3A", ":", "%7E", "~", "%09", "\t", "%0A", "\n")
)

// ListOf returns values as a text.
func ListOf(values []Value) Values {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = escape.Replace(v.Name)
		if v.Loose {
			list[i] += "~"
		}
		list[i] += ":" + v.Type
	}
	return Values(strings.Join(list, " "))
}

// All returns the values. Words that are none are left out.
func (v Values) All() []Value {
	var all []Value
	for _, word := range strings.Fields(string(v)) {
		name, of, is := strings.Cut(word, ":")
		if !is {
			continue
		}
		name, loose := strings.CutSuffix(name, "~")
		all = append(all, Value{Name: unescape.Replace(name), Loose: loose, Type: of})
	}
	return all
}
