package compat_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// samples are values of Go that CopyFrom sends to a column of a type; a part of
// them is as wide as values of other types.
var samples = []struct {
	of     string
	values []any
}{
	{"bool", []any{true, false}},
	{"bytea", []any{[]byte("abcd"), []byte{0xff, 0, 1, 2, 3, 4, 5, 6}}},
	{"date", []any{time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC), time.Date(1999, 1, 2, 0, 0, 0, 0, time.UTC)}},
	{"float4", []any{float32(1.5), float32(-42)}},
	{"float8", []any{1.5, -42.0}},
	{"inet", []any{"10.1.2.3", "::1"}},
	{"int2", []any{int16(42), int16(-1)}},
	{"int4", []any{int32(42), int32(-1)}},
	{"int8", []any{int64(42), int64(-1)}},
	{"interval", []any{time.Hour, 36 * time.Hour}},
	{"json", []any{`{"a": 1}`, `[]`}},
	{"jsonb", []any{`{"a": 1}`, `[]`}},
	{"numeric", []any{1.5, -42.0}},
	{"text", []any{"x", "ab", "abcd", "12345678", "10", `{"a": 1}`, "0123456789abcdef"}},
	{"time", []any{"12:00:00", "01:02:03"}},
	{"timestamp", []any{time.Date(2024, 5, 6, 12, 0, 0, 0, zone), time.Date(1999, 1, 2, 3, 4, 5, 0, zone)}},
	{"timestamptz", []any{time.Date(2024, 5, 6, 12, 0, 0, 0, zone), time.Date(1999, 1, 2, 3, 4, 5, 0, zone)}},
	{"uuid", []any{[16]byte([]byte("abcdefghijklmnop")), [16]byte{0xff, 0xfe}}},
}

var zone = time.FixedZone("east", 2*60*60)

// TestClientTypes holds client_types.txt to what pgx and servers do.
func TestClientTypes(t *testing.T) {
	have, err := os.ReadFile("client_types.txt")
	require.NoError(t, err)
	var texts []string
	for _, major := range []int{postgres.Oldest, postgres.Newest} {
		d := postgres.One(t, major).Database(t)
		text := typesLine() + copies(t, d) + reads(t, d) + sends(t, d)
		texts = append(texts, text)
		if *update {
			require.NoError(t, os.WriteFile("client_types.txt", []byte(text), 0o600))
			continue
		}
		assert.Equal(t, string(have), text, major)
	}
	if *update {
		assert.Equal(t, texts[0], texts[1])
	}
}

func typesLine() string {
	line := "types of"
	for _, s := range samples {
		line += " " + s.of
	}
	return line + "\n"
}

// dial connects as applications do: pgx caches statements.
func dial(t testing.TB, d *postgres.Database, mode pgx.QueryExecMode) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(d.DSN())
	require.NoError(t, err)
	config.DefaultQueryExecMode = mode
	c, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func do(t testing.TB, c *pgx.Conn, sql string) {
	t.Helper()
	_, err := c.Exec(t.Context(), sql)
	require.NoError(t, err, sql)
}

// copies compares, for each pair of types, what a connection stores that copied
// before the type changed, with what one stores that asks then.
func copies(t *testing.T, d *postgres.Database) string {
	c := dial(t, d, pgx.QueryExecModeCacheStatement)
	ddl := dial(t, d, pgx.QueryExecModeSimpleProtocol)
	var script strings.Builder
	for _, to := range samples {
		fmt.Fprintf(&script, "CREATE TABLE fresh_%s (c %s);\n", to.of, to.of)
		for _, from := range samples {
			fmt.Fprintf(&script, "CREATE TABLE %s_%s (c %s);\n", from.of, to.of, from.of)
		}
	}
	do(t, ddl, script.String())
	var change strings.Builder
	for _, from := range samples {
		for _, to := range samples {
			_, err := c.CopyFrom(t.Context(), pgx.Identifier{from.of + "_" + to.of}, []string{"c"}, pgx.CopyFromRows(nil))
			require.NoError(t, err)
			fmt.Fprintf(&change, "ALTER TABLE %s_%s ALTER c TYPE %s USING NULL;\n", from.of, to.of, to.of)
		}
	}
	do(t, ddl, change.String())
	var out strings.Builder
	for _, from := range samples {
		for _, to := range samples {
			if from.of == to.of {
				continue
			}
			var outcomes []string
			for _, v := range from.values {
				outcomes = append(outcomes, outcome(t, c, from.of+"_"+to.of, "fresh_"+to.of, v))
			}
			slices.Sort(outcomes)
			outcomes = slices.Compact(outcomes)
			if !slices.Equal(outcomes, []string{"ok"}) {
				fmt.Fprintf(&out, "copy %s %s %s\n", from.of, to.of, strings.Join(outcomes, " "))
			}
		}
	}
	return out.String()
}

// outcome copies one value to both tables: ok if both store the same, silent if
// the warm one stores another value, otherwise the server's code.
func outcome(t *testing.T, c *pgx.Conn, warm, fresh string, v any) string {
	t.Helper()
	put := func(table string) (string, error) {
		_, err := c.CopyFrom(t.Context(), pgx.Identifier{table}, []string{"c"}, pgx.CopyFromRows([][]any{{v}}))
		if err != nil {
			return "", err
		}
		rows, err := c.Query(t.Context(), "DELETE FROM "+table+" RETURNING c::text", pgx.QueryExecModeExec)
		require.NoError(t, err)
		stored, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return stored, nil
	}
	want, refused := put(fresh)
	got, err := put(warm)
	if refusal, is := errors.AsType[*pgconn.PgError](err); is {
		return refusal.Code
	}
	require.NoError(t, err)
	if refused == nil && got == want {
		return "ok"
	}
	return "silent"
}

// targets are the types of Go that a column may be read into.
var targets = []struct {
	of  string
	new func() any
	any any
}{
	{"bool", func() any { return new(bool) }, true},
	{"float32", func() any { return new(float32) }, float32(1)},
	{"float64", func() any { return new(float64) }, 1.0},
	{"int", func() any { return new(int) }, 1},
	{"int16", func() any { return new(int16) }, int16(1)},
	{"int32", func() any { return new(int32) }, int32(1)},
	{"int64", func() any { return new(int64) }, int64(1)},
	{"int8", func() any { return new(int8) }, int8(1)},
	{"string", func() any { return new(string) }, nil}, // whether it can be sent depends on the string
	{"time.Time", func() any { return new(time.Time) }, time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)},
	{"uint", func() any { return new(uint) }, uint(1)},
	{"uint16", func() any { return new(uint16) }, uint16(1)},
	{"uint32", func() any { return new(uint32) }, uint32(1)},
	{"uint64", func() any { return new(uint64) }, uint64(1)},
	{"uint8", func() any { return new(uint8) }, uint8(1)},
}

// literals are values that most types of Go take, if they take the type at all.
var literals = map[string]string{
	"bool": "true", "bytea": "abcd", "date": "2024-05-06", "inet": "10.1.2.3", "interval": "1 hour", "json": "1", "jsonb": "1",
	"text": "1", "time": "12:00", "timestamp": "2024-05-06", "timestamptz": "2024-05-06", "uuid": "00000000-0000-0000-0000-000000000001",
}

func reads(t *testing.T, d *postgres.Database) string {
	c := dial(t, d, pgx.QueryExecModeCacheStatement)
	var out strings.Builder
	for _, s := range samples {
		literal := literals[s.of]
		if literal == "" {
			literal = "1"
		}
		line := "read " + s.of
		for _, target := range targets {
			if err := c.QueryRow(t.Context(), fmt.Sprintf("SELECT '%s'::%s", literal, s.of)).Scan(target.new()); err != nil && strings.Contains(err.Error(), " format into ") {
				line += " " + target.of // and not because of the value
			}
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

func sends(t *testing.T, d *postgres.Database) string {
	c := dial(t, d, pgx.QueryExecModeCacheStatement)
	var out strings.Builder
	for _, s := range samples {
		line := "send " + s.of
		for _, target := range targets {
			if target.any == nil {
				continue
			}
			var stored string
			err := c.QueryRow(t.Context(), fmt.Sprintf("SELECT ($1::%s)::text", s.of), target.any).Scan(&stored)
			if err != nil && strings.Contains(err.Error(), "unable to encode") {
				line += " " + target.of
			}
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}
