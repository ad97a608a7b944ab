package compat_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/source"
)

const benchTables = 300

// benchSchema is 300 tables, each with foreign keys, indexes and a trigger, and
// some views and functions.
func benchSchema() string {
	var b strings.Builder
	b.WriteString(`
CREATE TYPE state AS ENUM ('queued', 'running', 'done');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
`)
	for i := range benchTables {
		fmt.Fprintf(&b, `
CREATE TABLE t%[1]d (
  id bigserial PRIMARY KEY, tenant_id uuid NOT NULL, parent_id bigint REFERENCES t%[2]d (id), name text NOT NULL, slug varchar(50), state state NOT NULL DEFAULT 'queued',
  payload jsonb, attempts integer NOT NULL DEFAULT 0, priority integer, amount numeric(12,2), note%[1]d text, extra text,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz,
  CONSTRAINT t%[1]d_slug_key UNIQUE (tenant_id, slug), CHECK (attempts >= 0));
CREATE INDEX ON t%[1]d (tenant_id, created_at);
CREATE INDEX ON t%[1]d (parent_id) WHERE deleted_at IS NULL;
CREATE TRIGGER touch BEFORE UPDATE ON t%[1]d FOR EACH ROW EXECUTE FUNCTION touch();
`, i, i/2)
		if i%10 == 0 {
			fmt.Fprintf(&b, `
CREATE VIEW live%[1]d AS SELECT id, tenant_id, name, state FROM t%[1]d WHERE deleted_at IS NULL;
CREATE FUNCTION count%[1]d(tenant uuid, since timestamptz) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t%[1]d WHERE tenant_id = tenant AND created_at > since';
`, i)
		}
	}
	return b.String()
}

// benchChange is a release: every tenth table changes in one way or another.
func benchChange() string {
	var b strings.Builder
	for i := 0; i < benchTables; i += 10 {
		fmt.Fprintf(&b, [...]string{
			"ALTER TABLE t%d DROP COLUMN extra;\n",
			"ALTER TABLE t%d RENAME COLUMN name TO title;\n",
			"ALTER TABLE t%d ADD COLUMN region text NOT NULL;\n",
			"ALTER TABLE t%d ALTER COLUMN attempts TYPE bigint;\n",
			"ALTER TABLE t%[1]d DROP CONSTRAINT t%[1]d_slug_key;\n",
			"DROP FUNCTION count%d(uuid, timestamptz);\n",
		}[i/10%6], i)
	}
	return b.String()
}

// benchShapes are what an application asks about table %[1]d, its parent
// %[2]d, one that has a view %[3]d, and with a number %[4]d of its own.
var benchShapes = []string{
	"SELECT id, tenant_id, name, state, created_at FROM t%[1]d WHERE id = $1 AND attempts < %[4]d",
	"SELECT * FROM t%[1]d WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC LIMIT %[4]d",
	"INSERT INTO t%[1]d (tenant_id, parent_id, name, slug, payload, priority, note%[1]d) VALUES ($1, $2, $3, $4, $5, %[4]d, $6) RETURNING id, created_at",
	`INSERT INTO t%[1]d (tenant_id, name, slug, attempts) VALUES ($1, $2, $3, %[4]d)
	ON CONFLICT (tenant_id, slug) DO UPDATE SET name = excluded.name, attempts = t%[1]d.attempts + 1 RETURNING *`,
	"UPDATE t%[1]d SET state = 'running', attempts = attempts + 1, updated_at = now() WHERE id = $1 AND state = 'queued' AND priority > %[4]d RETURNING id, state, attempts",
	"UPDATE t%[1]d AS c SET extra = p.extra FROM t%[2]d AS p WHERE c.parent_id = p.id AND p.tenant_id = $1 AND p.priority = %[4]d",
	"DELETE FROM t%[1]d USING t%[2]d p WHERE t%[1]d.parent_id = p.id AND p.deleted_at < now() - interval '%[4]d days'",
	`SELECT c.id, c.name AS child, p.name AS parent, count(*) OVER (PARTITION BY p.id) AS siblings, coalesce(c.note%[1]d, 'n%[4]d')
	FROM t%[1]d c JOIN t%[2]d p ON p.id = c.parent_id LEFT JOIN live%[3]d l ON l.tenant_id = c.tenant_id WHERE c.tenant_id = $1 AND l.state <> 'done'`,
	`WITH candidates AS (SELECT id, tenant_id, row_number() OVER (PARTITION BY tenant_id ORDER BY priority DESC, id) AS n
		FROM t%[1]d WHERE state = 'queued' AND deleted_at IS NULL FOR UPDATE SKIP LOCKED), chosen AS (
		UPDATE t%[1]d SET state = 'running', attempts = attempts + 1 FROM candidates WHERE t%[1]d.id = candidates.id AND candidates.n < %[4]d RETURNING t%[1]d.*)
	SELECT ch.id, ch.tenant_id, p.name, count%[3]d(ch.tenant_id, ch.created_at) FROM chosen ch JOIN t%[2]d p ON p.id = ch.parent_id`,
	`SELECT p.id, p.name, count(c.id) AS children, max(c.created_at), sum(c.amount) FROM t%[2]d p LEFT JOIN t%[1]d c ON c.parent_id = p.id
	WHERE p.tenant_id = $1 AND EXISTS (SELECT 1 FROM live%[3]d l WHERE l.id = p.id AND l.name LIKE 'a%[4]d%%') GROUP BY p.id HAVING count(c.id) > %[4]d ORDER BY children DESC`,
}

// BenchmarkTenThousandQueries parses 10,000 queries of an application of 300
// tables and judges them on the next schema, on as many cores as there are.
func BenchmarkTenThousandQueries(b *testing.B) {
	before, refused := performed(catalog.New(true), benchSchema())
	require.Nil(b, refused)
	after, refused := performed(before, benchChange())
	require.Nil(b, refused)
	texts := make([]string, 10000)
	for i := range texts {
		table := i / len(benchShapes) % benchTables
		texts[i] = fmt.Sprintf(benchShapes[i%len(benchShapes)], table, table/2, table/10*10, i/len(benchShapes)+1)
	}
	b.ReportAllocs()
	for b.Loop() {
		kinds := make([]compat.Kind, len(texts))
		var group sync.WaitGroup
		workers := runtime.GOMAXPROCS(0)
		for w := range workers {
			group.Go(func() {
				for i := w; i < len(texts); i += workers {
					script := parser.Parse(source.NewFile("query.sql", texts[i]).Whole())
					kinds[i] = compat.Compare(&script.Statements[0], before, after).Kind
				}
			})
		}
		group.Wait()
		counts := map[compat.Kind]int{}
		for _, k := range kinds {
			counts[k]++
		}
		require.Zero(b, counts[compat.BrokenBefore])
		require.Greater(b, counts[compat.Breaks], 300)
		require.Greater(b, counts[compat.OK], 5000)
		b.ReportMetric(float64(counts[compat.Breaks]), "broken")
	}
	b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "queries/s")
}
