package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A Failure is a statement that the server refused.
type Failure struct {
	// At is the statement, or what was sent with it.
	At                source.Span
	SQLState, Message string
	// Table is the table that PostgreSQL names, "" where it names none.
	Table string
}

// onRows reports whether a statement failed because of rows that are there.
func (f *Failure) onRows() bool {
	class := f.SQLState[:min(2, len(f.SQLState))]
	return class == "23" || class == "22" || class == "21" || f.SQLState == "P0001"
}

func (f *Failure) String() string { return f.SQLState + " " + f.Message }

// A Held is a lock that a script held on a relation when it ended.
type Held struct{ Relation, Mode string }

// An execution is what came of running one script.
type execution struct {
	failure *Failure
	took    time.Duration
	locks   []Held
	// newest is the youngest relation from before.
	newest uint32
}

// execute runs a script as its tool would.
func execute(ctx context.Context, c *pgx.Conn, s *migration.Script) (*execution, error) {
	x := &execution{}
	if err := c.QueryRow(ctx, "SELECT max(oid) FROM pg_catalog.pg_class").Scan(&x.newest); err != nil {
		return nil, err
	}
	start := time.Now()
	err := x.pieces(ctx, c, s)
	x.took = time.Since(start)
	if failed, ok := errors.AsType[*refusal](err); ok {
		x.failure, err = &failed.Failure, nil
	}
	if c.PgConn().TxStatus() != 'I' {
		if _, end := c.Exec(ctx, "ROLLBACK"); err == nil {
			err = end
		}
	}
	return x, err
}

// A refusal is a failure as an error.
type refusal struct{ Failure }

func (r *refusal) Error() string { return r.String() }

func (x *execution) pieces(ctx context.Context, c *pgx.Conn, s *migration.Script) error {
	opened := false
	for i := range s.Pieces {
		p := &s.Pieces[i]
		switch {
		case p.Transaction == migration.Implicit:
			if err := send(ctx, c, p.Span); err != nil {
				return err
			}
			continue
		case !opened && (p.Transaction == migration.Wrapped || p.Transaction == migration.Unstated && !alone(p)):
			if _, err := c.Exec(ctx, "BEGIN"); err != nil {
				return err
			}
			opened = true
		}
		for j := range p.Statements {
			if err := send(ctx, c, p.Statements[j].Span); err != nil {
				return err
			}
		}
	}
	if c.PgConn().TxStatus() != 'T' {
		return nil
	}
	if !opened {
		return nil // the script's own, which nobody ends
	}
	if err := x.seeLocks(ctx, c); err != nil {
		return err
	}
	_, err := c.Exec(ctx, "COMMIT")
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return &refusal{Failure{At: s.Span, SQLState: pg.Code, Message: pg.Message}}
	}
	return err
}

// alone reports whether a piece has a statement that runs in no transaction.
func alone(p *migration.Piece) bool {
	return slices.ContainsFunc(p.Statements, func(s ddl.Statement) bool {
		return slices.ContainsFunc(s.Ops, func(op ddl.Op) bool {
			switch op := op.(type) {
			case *ddl.CreateIndex:
				return op.Concurrently
			case *ddl.DropRelation:
				return op.Concurrently
			case *ddl.Reindex:
				return op.Concurrently
			case *ddl.DetachPartition:
				return op.Concurrently
			case *ddl.Vacuum:
				return op.Vacuum
			}
			return false
		})
	})
}

// send sends text as one simple query.
func send(ctx context.Context, c *pgx.Conn, at source.Span) error {
	_, err := c.PgConn().Exec(ctx, at.Text()).ReadAll()
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		f := Failure{At: at, SQLState: pg.Code, Message: pg.Message}
		if pg.TableName != "" {
			f.Table = pgx.Identifier{pg.SchemaName, pg.TableName}.Sanitize()
		}
		return &refusal{f}
	}
	return err
}

// seeLocks notes what the open transaction holds on tables that were there
// before it, and that requests could be waiting for.
func (x *execution) seeLocks(ctx context.Context, c *pgx.Conn) error {
	rows, err := c.Query(ctx, `SELECT l.relation::regclass::text, l.mode FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
		WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384 AND c.oid <= $1
		AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') ORDER BY 1, 2`, x.newest)
	if err != nil {
		return fmt.Errorf("reading the locks: %w", err)
	}
	x.locks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Held])
	return err
}
