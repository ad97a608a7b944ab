package drill

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/analyzer/rollback/pairs"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/source"
)

// TestSuggestions runs what package rollback suggests in place of each pair's
// down: it must run on the pair's rows, and leave no other schema than it says.
func TestSuggestions(t *testing.T) {
	all := append(pairs.Read(t, "../rollback/testdata/pairs"), pairs.Read(t, "../rollback/testdata/suggest")...)
	postgres.Each(t, func(t *testing.T, server *postgres.Server) {
		ctx := context.Background()
		for _, p := range all {
			if p.Since > server.Major {
				continue
			}
			t.Run(p.Name, func(t *testing.T) {
				options := replay.Options{Complete: true, PGVersion: server.Major}
				before, m := p.Catalog(t), p.Migration()
				m.Down = nil
				judged := rollback.Judge(m, before, options)
				if judged.Up.Refused() != nil {
					t.Skip("the up fails")
				}
				suggested := rollback.Suggest(judged, before, options)
				seen := undo(ctx, t, server, p, suggested.SQL)
				if !suggested.Restores && !slices.ContainsFunc(suggested.Remaining, func(d catalog.Difference) bool { return !d.Equivalent }) {
					return // something of the up is not known, which the script says
				}
				for _, d := range seen {
					said := slices.ContainsFunc(suggested.Remaining, func(r catalog.Difference) bool { return says(r, d) })
					assert.True(t, said || d.Equivalent, "%s\n%s", d, suggested.SQL)
				}
			})
		}
	})
}

// says reports whether a difference in the catalog stands for one on the
// server, which has an index for a constraint, and other names for what has
// none in the catalog.
func says(r, d catalog.Difference) bool {
	of, more, _ := strings.Cut(r.Object, " ")
	parts := strings.Split(d.Object, ".")
	return r.Object == d.Object || r.After == "?" || r.Kind == "owner" && d.Kind == "owner" || more != "" && strings.HasPrefix(d.Object, of) || strings.HasSuffix(r.Object, "."+parts[len(parts)-1])
}

var (
	// control matches scripts with transactions of their own, or statements that
	// run in none.
	control = regexp.MustCompile(`(?im)^\s*(begin|commit|rollback|start transaction|vacuum|refresh materialized view concurrently)\b`)
	roles   = regexp.MustCompile(`(?i)\bcreate role (\w+)`)
)

// undo runs what is there before, the up and a down, and returns in what the
// schema differs then: in one transaction, which is taken back, where the
// scripts can run in one.
func undo(ctx context.Context, t *testing.T, server *postgres.Server, p *pairs.Pair, down string) []catalog.Difference {
	name, alone := "postgres", p.Autocommit || control.MatchString(p.Up)
	if alone {
		name = server.Database(t).Name
		for _, role := range roles.FindAllStringSubmatch(p.Before+p.Up, -1) {
			t.Cleanup(func() { server.Execute(t, "DROP ROLE IF EXISTS "+role[1]) })
		}
	}
	conn, err := server.Dial(ctx, name)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(ctx) })
	run := func(sql string) {
		for _, st := range parser.Parse(source.NewFile("script.sql", sql).Whole()).Statements {
			_, err := conn.PgConn().Exec(ctx, st.Span.Text()).ReadAll()
			require.NoError(t, err, "%s\n%s", st.Span.Text(), down)
		}
	}
	var from beginner = conn
	if !alone {
		tx, err := conn.Begin(ctx)
		require.NoError(t, err)
		t.Cleanup(func() { _ = tx.Rollback(ctx) })
		from = tx
	}
	run(p.Before + "\n" + p.Rows)
	run("SET CONSTRAINTS ALL IMMEDIATE")
	concerns := func(role string) bool { return strings.Contains(p.Before+p.Up, role) }
	was, err := readSchema(ctx, from, concerns)
	require.NoError(t, err)
	run(p.Up)
	run(down)
	is, err := readSchema(ctx, from, concerns)
	require.NoError(t, err)
	return differences(was, is)
}
