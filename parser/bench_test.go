package parser

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
	"github.com/migracheck/migracheck/parser/source"
)

// BenchmarkStages are the stages of Parse, one after the other and on one
// processor: cutting a text into statements, PostgreSQL's parser, and lowering.
func BenchmarkStages(b *testing.B) {
	text := strings.Repeat(`CREATE TABLE orders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state      varchar(20) DEFAULT 'new',
    amount     numeric(12,2) CHECK (amount >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_created_idx ON orders (created_at) WHERE state = 'new';
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD CONSTRAINT note_short CHECK (length(note) < 200) NOT VALID;
`, 200)
	file := source.NewFile("x.sql", text)
	whole := layer{text: text, file: file}
	var statements []*statement
	var trees []*pg_query.ParseResult
	each := newSplitter(text, true)
	for c, ok := each.next(); ok; c, ok = each.next() {
		s := whole.statement(c, nil)
		tree, err := s.tree()
		require.Nil(b, err)
		statements, trees = append(statements, s), append(trees, tree)
	}
	for _, stage := range []struct {
		name string
		run  func()
	}{
		{"scan", func() {
			s := newSplitter(text, true)
			for _, ok := s.next(); ok; _, ok = s.next() {
			}
		}},
		{"parse", func() {
			for _, s := range statements {
				_, err := s.tree()
				require.Nil(b, err)
			}
		}},
		{"lower", func() {
			for i, s := range statements {
				s.lowerInto(&ddl.Statement{}, trees[i])
			}
		}},
	} {
		b.Run(stage.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				stage.run()
			}
		})
	}
}
