package migration

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFlywayVendors reads db/migration/{vendor}: the scripts for other systems
// are left out only where PostgreSQL has its own beside them.
func TestFlywayVendors(t *testing.T) {
	for name, tt := range map[string]struct {
		files, read, ignored []string
	}{
		"by system":              {[]string{"db/H2/V1__a.sql", "db/MYSQL/V1__a.sql", "db/POSTGRESQL/V1__a.sql"}, []string{"db/POSTGRESQL/V1__a.sql"}, []string{"db/H2/V1__a.sql", "db/MYSQL/V1__a.sql"}},
		"with common ones":       {[]string{"db/common/V1__a.sql", "db/h2/V2__b.sql", "db/postgresql/x/V2__b.sql"}, []string{"db/common/V1__a.sql", "db/postgresql/x/V2__b.sql"}, []string{"db/h2/V2__b.sql"}},
		"none for PostgreSQL":    {[]string{"db/V1__a.sql", "db/oracle/V2__b.sql"}, []string{"db/V1__a.sql", "db/oracle/V2__b.sql"}, nil},
		"the directory is its":   {[]string{"postgresql/mysql/V1__a.sql", "postgresql/V2__b.sql"}, []string{"postgresql/mysql/V1__a.sql", "postgresql/V2__b.sql"}, nil},
		"elsewhere in the tree":  {[]string{"a/postgres/V1__a.sql", "b/mysql/V2__b.sql"}, []string{"a/postgres/V1__a.sql", "b/mysql/V2__b.sql"}, nil},
		"repeatables, baselines": {[]string{"db/pg/B1__a.sql", "db/pg/R__v.sql", "db/pg/V2__b.sql", "db/h2/R__v.sql", "db/h2/B1__a.sql"}, []string{"db/pg/B1__a.sql", "db/pg/V2__b.sql", "db/pg/R__v.sql"}, []string{"db/h2/B1__a.sql", "db/h2/R__v.sql"}},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for _, file := range tt.files {
				fsys[file] = &fstest.MapFile{Data: []byte("SELECT 1;")}
			}
			set, err := LoadFS(context.Background(), fsys, ".", Options{Framework: "flyway"})
			require.NoError(t, err)
			var read []string
			for _, m := range set.Migrations {
				read = append(read, m.Up.Span.File.Path)
			}
			assert.Equal(t, tt.read, read)
			assert.Equal(t, tt.ignored, set.Ignored)
			assert.Empty(t, set.Problems)
		})
	}
}
