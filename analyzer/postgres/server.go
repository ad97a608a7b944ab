package postgres

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/migracheck/migracheck/analyzer/cluster"
)

// patience is how long a database may take to be made, and a query of a test to
// run.
const patience = time.Minute

// A Server is one running cluster.
type Server struct {
	// Major is the server's major version.
	Major int

	cluster *cluster.Cluster
	names   atomic.Int64
}

func start(major int, home string) (*Server, error) {
	c, err := cluster.Start(context.Background(), home, memory())
	if err != nil {
		return nil, err
	}
	return &Server{Major: major, cluster: c}, nil
}

// A Database is an empty database of one test.
type Database struct {
	Server *Server
	Name   string
}

// Database makes an empty database, which lasts as long as the test.
func (s *Server) Database(t testing.TB) *Database {
	t.Helper()
	d := &Database{Server: s, Name: fmt.Sprintf("test%d", s.names.Add(1))}
	s.Execute(t, "CREATE DATABASE "+d.Name+" TEMPLATE template0")
	t.Cleanup(func() { s.Execute(t, "DROP DATABASE "+d.Name+" WITH (FORCE)") })
	return d
}

// Execute runs statements that concern the whole cluster, such as those on
// roles.
func (s *Server) Execute(t testing.TB, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := s.cluster.Connect(ctx, "postgres")
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %s: %v", s, sql, err)
	}
}

// String returns the server's name for messages.
func (s *Server) String() string { return fmt.Sprintf("PostgreSQL %d", s.Major) }

// DSN returns the database's connection string.
func (d *Database) DSN() string { return d.Server.cluster.DSN(d.Name) }

// Connect opens a connection, which lasts as long as the test.
func (d *Database) Connect(t testing.TB) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := d.Server.cluster.Connect(ctx, d.Name)
	if err != nil {
		t.Fatalf("%s: %v", d.Server, err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = c.Close(ctx)
	})
	return c
}

// Lines runs a query of one text column and returns its rows.
func Lines(t testing.TB, c *pgx.Conn, sql string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	rows, err := c.Query(ctx, sql)
	if err != nil {
		t.Fatalf("%s: %v", firstLine(sql), err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", firstLine(sql), err)
	}
	return lines
}

func firstLine(sql string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(sql), "\n")
	return line
}

// Dial opens a connection to a database, for the caller to close.
func (s *Server) Dial(ctx context.Context, database string) (*pgx.Conn, error) {
	return s.cluster.Connect(ctx, database)
}
