package compat_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// typeName is a query's name of a type in the tables: int4, int4[].
const typeName = "CASE WHEN %[1]s.typelem <> 0 AND %[1]s.typlen = -1 AND %[1]s.typname LIKE '\\_%%' THEN substr(%[1]s.typname, 2) || '[]' ELSE %[1]s.typname::text END"

// tables are the queries for the built-in types, casts, operators and
// functions, one line each.
var tables = map[string]string{
	"types.txt": `
		SELECT t.typname || ' ' || t.typcategory::text || CASE WHEN t.typispreferred THEN '!' ELSE '' END
			|| CASE WHEN t.typtype = 'p' THEN ' pseudo' ELSE '' END
			|| CASE WHEN t.typcollation <> 0 THEN ' text' ELSE '' END
			|| CASE WHEN EXISTS (SELECT FROM pg_opclass o JOIN pg_am a ON a.oid = o.opcmethod WHERE o.opcdefault AND a.amname IN ('btree', 'hash') AND o.opcintype IN (t.oid, %anyof%)) THEN ' equal' ELSE '' END
			|| CASE WHEN EXISTS (SELECT FROM pg_opclass o JOIN pg_am a ON a.oid = o.opcmethod WHERE o.opcdefault AND a.amname = 'btree' AND o.opcintype IN (t.oid, %anyof%)) THEN ' order' ELSE '' END
			|| coalesce((SELECT ' range:' || s.typname FROM pg_range r JOIN pg_type s ON s.oid = r.rngsubtype WHERE r.rngtypid = t.oid), '')
			%multirange%
		FROM pg_type t
		WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.oid < 16384 AND t.typtype IN ('b', 'r', 'm', 'p') AND t.typarray <> 0 OR t.typtype = 'p' AND t.oid < 16384 AND t.typname NOT LIKE '\_%'`,
	"casts.txt": `
		SELECT ` + fmt.Sprintf(typeName, "s") + ` || ' ' || ` + fmt.Sprintf(typeName, "t") + ` || ' ' || castcontext::text
		FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget WHERE c.oid < 16384`,
	"operators.txt": `
		SELECT o.oprname || ' (' || coalesce(` + fmt.Sprintf(typeName, "l") + ` || ',', '') || ` + fmt.Sprintf(typeName, "r") + ` || ') ' || ` + fmt.Sprintf(typeName, "x") + `
		FROM pg_operator o LEFT JOIN pg_type l ON l.oid = o.oprleft JOIN pg_type r ON r.oid = o.oprright JOIN pg_type x ON x.oid = o.oprresult
		WHERE o.oid < 16384`,
	"functions.txt": `
		SELECT p.proname
			|| CASE WHEN 'internal'::regtype = ANY (p.proargtypes) OR 'cstring'::regtype = ANY (p.proargtypes) OR p.prorettype IN ('cstring'::regtype, 'internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype)
			THEN '' ELSE ' (' || coalesce((
				SELECT string_agg(CASE WHEN p.provariadic <> 0 AND n = p.pronargs THEN 'variadic ' ELSE '' END || ` + fmt.Sprintf(typeName, "a") + `
					|| CASE WHEN n > p.pronargs - p.pronargdefaults THEN '=' ELSE '' END, ',' ORDER BY n)
				FROM unnest(p.proargtypes) WITH ORDINALITY AS u (t, n) JOIN pg_type a ON a.oid = u.t), '') || ') '
				|| CASE WHEN p.proretset THEN 'setof ' ELSE '' END || ` + fmt.Sprintf(typeName, "x") + `
				|| CASE WHEN p.proargmodes IS NOT NULL AND p.proargmodes && ARRAY['o', 'b', 't']::"char"[] THEN ' out' ELSE '' END
				|| CASE p.prokind WHEN 'a' THEN ' aggregate' WHEN 'w' THEN ' window' ELSE '' END END
		FROM pg_proc p JOIN pg_type x ON x.oid = p.prorettype
		WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.oid < 16384`,
}

// TestTables holds the tables of what is built in to all servers. Lines that
// not all of them have say which majors do.
func TestTables(t *testing.T) {
	found := map[string]map[string][]int{}
	for major := postgres.Oldest; major <= postgres.Newest; major++ {
		c := postgres.One(t, major).Database(t).Connect(t)
		for file, sql := range tables {
			multirange, anyof := "", "CASE WHEN t.typtype = 'r' THEN 'anyrange'::regtype END"
			if major >= 14 {
				multirange = "|| coalesce((SELECT ' multirange:' || s.typname FROM pg_range r JOIN pg_type s ON s.oid = r.rngtypid WHERE r.rngmultitypid = t.oid), '')"
				anyof = "CASE t.typtype WHEN 'r' THEN 'anyrange'::regtype WHEN 'm' THEN 'anymultirange'::regtype END"
			}
			sql = strings.NewReplacer("%multirange%", multirange, "%anyof%", anyof).Replace(sql)
			for _, line := range postgres.Lines(t, c, sql) {
				if found[file] == nil {
					found[file] = map[string][]int{}
				}
				if !slices.Contains(found[file][line], major) {
					found[file][line] = append(found[file][line], major)
				}
			}
		}
	}
	for file, lines := range found {
		var list []string
		for line, majors := range lines {
			first, last := majors[0], majors[len(majors)-1]
			require.Len(t, majors, last-first+1, "%s comes and goes", line)
			if first > postgres.Oldest || last < postgres.Newest {
				line += fmt.Sprintf(" @%d-%d", first, last)
			}
			list = append(list, strings.ReplaceAll(line, "@13-", "@-"))
		}
		slices.Sort(list)
		text := strings.Join(list, "\n") + "\n"
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			continue
		}
		have, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, text, string(have), file)
	}
}
