package migration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
)

// texts are the statements of a piece as All yields them.
func texts(p *Piece) (all []string) {
	for st := range p.All() {
		all = append(all, st.Span.Text())
	}
	return all
}

func TestStatementsCanBeUsedWhileOthersAreParsed(t *testing.T) {
	var long strings.Builder
	for i := range 3000 { // several batches
		fmt.Fprintf(&long, "CREATE TABLE t%d (id int);\n", i)
	}
	inTree(t, "m/1_a.up.sql", long.String(), "m/1_a.down.sql", "DROP TABLE t1;", "m/2_b.up.sql", "", "m/3_c.up.sql", "SELECT 1;")
	sets, wait, err := Begin(t.Context(), []string{"m"}, Options{})
	require.NoError(t, err)
	ms := sets[0].Migrations
	require.Len(t, ms, 3)
	early := texts(&ms[0].Up.Pieces[0])
	require.Equal(t, 3000, len(early))
	assert.Equal(t, "CREATE TABLE t2999 (id int)", early[2999])
	assert.Equal(t, []string{"DROP TABLE t1"}, texts(&ms[0].Down.Pieces[0]))
	assert.Zero(t, len(ms[0].Up.Pieces[0].Statements), "they are not there before wait")
	require.NoError(t, wait())
	require.NoError(t, wait(), "again")
	assert.True(t, slices.Equal(early, texts(&ms[0].Up.Pieces[0])))
	assert.Equal(t, 3000, len(ms[0].Up.Pieces[0].Statements))
	assert.Equal(t, load(t, Options{}, "m")[0].Problems, sets[0].Problems, "the empty migration is found by wait")
	assert.Equal(t, EmptyMigration, sets[0].Problems[0].Kind)
}

func TestStatementsAreSharedAsSoonAsASecondOneIsThere(t *testing.T) {
	p := Piece{Transaction: Implicit, reading: newReading()}
	shared := make(chan bool)
	go func() { shared <- p.Shared() }()
	p.reading.add(make([]ddl.Statement, 1))
	select {
	case <-shared:
		t.Fatal("one statement says nothing of the next")
	default:
	}
	p.reading.add(make([]ddl.Statement, 1))
	assert.True(t, <-shared)

	p = Piece{Transaction: Implicit, reading: newReading()}
	p.reading.add(make([]ddl.Statement, 1))
	p.reading.finish()
	assert.False(t, p.Shared())
}

func TestToolsWhoseBlocksMustBeSettledWaitAtOnce(t *testing.T) {
	inTree(t, "m/00001_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n")
	sets, wait, err := Begin(t.Context(), []string{"m"}, Options{})
	require.NoError(t, err)
	assert.Equal(t, Autocommit, sets[0].Migrations[0].Up.Pieces[0].Transaction)
	require.NoError(t, wait())
}

func TestStatementsEndWhereTheRunIsInterrupted(t *testing.T) {
	inTree(t, "m/1_a.up.sql", "SELECT 1;")
	ctx, cancel := context.WithCancel(t.Context())
	sets, err := loadUnparsed(ctx, []string{"m"}, Options{})
	require.NoError(t, err)
	cancel()
	wait := begin(ctx, sets)
	assert.Empty(t, texts(&sets[0].Migrations[0].Up.Pieces[0]))
	assert.ErrorIs(t, wait(), context.Canceled)
}

func TestSizeIsToldBeforeParsing(t *testing.T) {
	const goose = "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n" // up and down in one file
	inTree(t, "a/1_a.up.sql", "SELECT 1;", "a/1_a.down.sql", "SELECT 22;", "a/README.md", "more", "b/00001_a.sql", goose)
	told := []int(nil)
	_, wait, err := Begin(t.Context(), []string{"a", "b"}, Options{Size: func(bytes int) { told = append(told, bytes) }})
	require.NoError(t, err)
	assert.Equal(t, []int{len("SELECT 1;") + len("SELECT 22;") + len(goose)}, told)
	require.NoError(t, wait())
}
