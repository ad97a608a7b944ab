package flaggate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// released replays scripts of which all but the first are released together.
func released(t *testing.T, complete bool, flag func(string, string) string, scripts ...string) *flaggate.Release {
	t.Helper()
	var ms []*migration.Migration
	for i, sql := range scripts {
		span := source.NewFile(fmt.Sprintf("migrations/%d.up.sql", i+1), sql).Whole()
		parsed := parser.Parse(span)
		script := &migration.Script{Span: span, Pieces: []migration.Piece{{Span: span, Statements: parsed.Statements}}}
		for _, c := range parsed.Comments {
			script.Flags = append(script.Flags, migration.FlagName{At: c, Key: "from-comment", Statement: parsed.Statements[0].Span})
		}
		ms = append(ms, &migration.Migration{ID: fmt.Sprint(i + 1), Up: script})
	}
	line := replay.Up(ms, replay.Options{Complete: complete, InWindow: func(m *migration.Migration) bool { return m != ms[0] }})
	if flag == nil {
		flag = func(string, string) string { return "" }
	}
	return flaggate.NewRelease(line.Windows[len(line.Windows)-1], line, flag)
}

func described(r *flaggate.Release) []string {
	var all []string
	for _, c := range r.Changes() {
		s := string(c.Kind) + " " + c.String()
		if c.Step != nil {
			s += " by " + c.Step.Migration.ID
		}
		if c.Flag != "" {
			s += " behind " + c.Flag
		}
		if c.Was != "" {
			s += ": " + c.Was + " to " + c.Now
		}
		all = append(all, s)
	}
	return all
}

func TestChanges(t *testing.T) {
	const users = "CREATE TABLE users (id bigint PRIMARY KEY, name text, seats integer, code varchar(10))"
	for name, c := range map[string]struct {
		scripts    []string
		incomplete bool
		want       []string
	}{
		"column":          {scripts: []string{users, "ALTER TABLE users ADD plan text"}, want: []string{"added column plan of public.users by 2"}},
		"table":           {scripts: []string{users, "CREATE TABLE invoices (id bigint)"}, want: []string{"added table public.invoices by 2"}},
		"view":            {scripts: []string{users, "CREATE VIEW names AS SELECT name FROM users"}, want: []string{"added view public.names by 2"}},
		"flag":            {scripts: []string{users, "-- migracheck:flag k\nALTER TABLE users ADD plan text"}, want: []string{"added column plan of public.users by 2 behind from-comment"}},
		"rename":          {scripts: []string{users, "ALTER TABLE users RENAME name TO title"}, want: []string{"added column title of public.users by 2", "removed column name of public.users by 2"}},
		"rename table":    {scripts: []string{users, "ALTER TABLE users RENAME TO people"}, want: []string{"added table public.people by 2", "removed table public.users by 2"}},
		"drop":            {scripts: []string{users, "ALTER TABLE users DROP name"}, want: []string{"removed column name of public.users by 2"}},
		"drop table":      {scripts: []string{users, "DROP TABLE users"}, want: []string{"removed table public.users by 2"}},
		"type":            {scripts: []string{users, "ALTER TABLE users ALTER seats TYPE bigint"}, want: []string{"retyped column seats of public.users by 2: integer to bigint"}},
		"length":          {scripts: []string{users, "ALTER TABLE users ALTER code TYPE varchar(20)", "ALTER TABLE users ALTER code TYPE text"}},
		"added, removed":  {scripts: []string{users, "ALTER TABLE users ADD plan text", "ALTER TABLE users DROP plan"}},
		"removed, added":  {scripts: []string{users, "ALTER TABLE users DROP name", "ALTER TABLE users ADD name text"}},
		"made anew":       {scripts: []string{users, "DROP TABLE users", "CREATE TABLE users (id bigint, name text)"}, want: []string{"removed column code of public.users by 2", "removed column seats of public.users by 2"}},
		"moved":           {scripts: []string{users, "CREATE SCHEMA s; ALTER TABLE users SET SCHEMA s"}, want: []string{"added table s.users by 2", "removed table public.users by 2"}},
		"temporary":       {scripts: []string{users, "CREATE TEMP TABLE t (a int)"}},
		"index":           {scripts: []string{users, "CREATE INDEX i ON users (name); CREATE SEQUENCE s"}},
		"swapped":         {scripts: []string{users, "ALTER TABLE users ADD n text; ALTER TABLE users DROP name; ALTER TABLE users RENAME n TO name"}},
		"unknown before":  {scripts: []string{"SELECT 1", "ALTER TABLE users ADD plan text; ALTER TABLE users DROP seats"}, incomplete: true, want: []string{"added column plan of public.users by 2", "removed column seats of public.users"}},
		"unknown, named":  {scripts: []string{"SELECT 1", "UPDATE users SET name = ''; CREATE INDEX i ON users (seats)"}, incomplete: true},
		"two migrations":  {scripts: []string{users, "ALTER TABLE users ADD a int", "ALTER TABLE users ADD b int"}, want: []string{"added column a of public.users by 2", "added column b of public.users by 3"}},
		"type, and back":  {scripts: []string{users, "ALTER TABLE users ALTER seats TYPE bigint", "ALTER TABLE users ALTER seats TYPE integer"}},
		"rolled back":     {scripts: []string{users, "BEGIN; ALTER TABLE users ADD plan text; ROLLBACK"}},
		"view's column":   {scripts: []string{users + "; CREATE VIEW v AS SELECT id FROM users", "CREATE OR REPLACE VIEW v AS SELECT id, name FROM users"}, want: []string{"added column name of public.v by 2"}},
		"partition":       {scripts: []string{"CREATE TABLE p (a int) PARTITION BY RANGE (a)", "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2)"}, want: []string{"added table public.p1 by 2"}},
		"quoted":          {scripts: []string{`CREATE TABLE "Users" ("Id" int)`, `ALTER TABLE "Users" ADD "New" int`}, want: []string{"added column New of public.\"Users\" by 2"}},
		"nothing at all":  {scripts: []string{users, "SELECT 1"}},
		"inherited":       {scripts: []string{users + "; CREATE TABLE admins () INHERITS (users)", "ALTER TABLE users ADD plan text"}, want: []string{"added column plan of public.admins by 2", "added column plan of public.users by 2"}},
		"dropped cascade": {scripts: []string{users + "; CREATE VIEW v AS SELECT name FROM users", "ALTER TABLE users DROP name CASCADE"}, want: []string{"removed column name of public.users by 2", "removed view public.v by 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := released(t, !c.incomplete, nil, c.scripts...)
			assert.Equal(t, c.want, described(r))
			assert.Equal(t, len(c.want) == 0, r.Empty())
		})
	}
}

func TestConfiguredFlags(t *testing.T) {
	r := released(t, true, func(relation, column string) string { return relation + "." + column }, "CREATE TABLE t (a int)", "ALTER TABLE t ADD b int; CREATE TABLE u (c int); ALTER TABLE t DROP a")
	assert.Equal(t, []string{"added column b of public.t by 2 behind public.t.b", "added table public.u by 2 behind public.u.", "removed column a of public.t by 2"}, described(r))
}

func TestUses(t *testing.T) {
	r := released(t, true, nil,
		`CREATE TABLE users (id bigint PRIMARY KEY, name text, seats integer, old text);
		CREATE TABLE orders (id bigint PRIMARY KEY, plan text, user_id bigint);
		CREATE VIEW everybody AS SELECT id, name FROM users`,
		`ALTER TABLE users ADD plan text; ALTER TABLE users DROP old; ALTER TABLE users ALTER seats TYPE bigint;
		CREATE TABLE invoices (id bigint PRIMARY KEY, plan text);
		CREATE OR REPLACE VIEW everybody AS SELECT id, name, plan FROM users`)
	const plan, invoices, old, seats = "added column plan of public.users", "added table public.invoices", "removed column old of public.users", "retyped column seats of public.users"
	for sql, want := range map[string][]string{
		"SELECT plan FROM users":                                     {"reads " + plan},
		"SELECT u.plan FROM users u WHERE id = $1":                   {"reads " + plan},
		"SELECT id FROM users WHERE plan = $1":                       {"reads " + plan},
		"SELECT id FROM users ORDER BY plan":                         {"reads " + plan},
		"SELECT o.plan FROM orders o JOIN users u ON u.id = user_id": nil,
		"SELECT plan FROM orders":                                    nil,
		"SELECT 'plan' FROM users":                                   nil,
		"SELECT id AS plan FROM users":                               nil,
		"SELECT id /* plan */ FROM users -- plan":                    nil,
		"SELECT * FROM users":                                        nil,
		"SELECT u.* FROM users u":                                    nil,
		"SELECT count(*) FROM users":                                 nil,
		"SELECT users FROM users":                                    nil,
		"INSERT INTO users (id, plan) VALUES ($1, $2)":               {"writes " + plan},
		"INSERT INTO users (id, name) VALUES ($1, $2) RETURNING plan": {
			"reads " + plan},
		"INSERT INTO users (id, name) VALUES ($1, $2) RETURNING *":                                nil,
		"INSERT INTO users VALUES ($1, $2, $3, $4)":                                               {"writes " + plan, "writes " + seats},
		"INSERT INTO users VALUES ($1, $2)":                                                       nil,
		"UPDATE users SET plan = $2 WHERE id = $1":                                                {"writes " + plan},
		"UPDATE users SET name = plan":                                                            {"reads " + plan},
		"DELETE FROM users WHERE plan IS NULL":                                                    {"reads " + plan},
		"INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET plan = 'x'":             {"writes " + plan},
		"SELECT id FROM invoices":                                                                 {"reads " + invoices},
		"SELECT * FROM invoices":                                                                  {"reads " + invoices},
		"INSERT INTO invoices (id) VALUES (1)":                                                    {"writes " + invoices},
		"WITH i AS (DELETE FROM invoices RETURNING id) SELECT count(*) FROM i":                    {"writes " + invoices},
		"SELECT 1 FROM users WHERE EXISTS (SELECT 1 FROM invoices)":                               {"reads " + invoices},
		"WITH invoices AS (SELECT 1 AS plan) SELECT plan FROM invoices":                           nil,
		"SELECT old FROM users":                                                                   {"reads " + old},
		"UPDATE users SET old = NULL":                                                             {"writes " + old},
		"SELECT seats FROM users":                                                                 {"reads " + seats},
		"SELECT plan, old FROM users":                                                             {"reads " + plan, "reads " + old},
		"SELECT plan FROM everybody":                                                              {"reads added column plan of public.everybody"},
		"SELECT name FROM everybody":                                                              nil,
		"COPY users (id, plan) FROM STDIN":                                                        {"writes " + plan},
		"MERGE INTO users u USING orders o ON o.id = u.id WHEN MATCHED THEN UPDATE SET plan = ''": {"writes " + plan},
		"SELECT name FROM users; SELECT plan FROM users":                                          {"reads " + plan},
		"SELECT plan FROM users WHERE __unknown__":                                                {"reads " + plan},
		"SELECT __unknown__ FROM users":                                                           nil,
		"SELECT broken FROM":                                                                      nil,
		"":                                                                                        nil,
	} {
		var got []string
		for _, u := range r.Uses(sql) {
			verb := "reads "
			if u.Written {
				verb = "writes "
			}
			got = append(got, verb+string(u.Kind)+" "+u.String())
		}
		assert.Equal(t, want, got, sql)
	}
	require.Len(t, r.Changes(), 5)
}
