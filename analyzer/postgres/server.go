package postgres

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a server may take to start, a database to be made, and
// a query of a test to run.
const patience = time.Minute

// A Server is one running cluster.
type Server struct {
	// Major is the server's major version.
	Major int

	dir    string
	cmd    *exec.Cmd
	log    *bytes.Buffer
	exited chan struct{}
	names  atomic.Int64
}

// settings make a cluster fast and alike everywhere.
var settings = []string{
	"listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off",
	"shared_buffers=16MB", "max_connections=50", "dynamic_shared_memory_type=mmap", "jit=off",
	"wal_level=logical", "max_prepared_transactions=5", "TimeZone=UTC", "log_min_messages=fatal", "log_timezone=UTC",
}

func start(major int, home string) (*Server, error) {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	s := &Server{Major: major, dir: dir, log: &bytes.Buffer{}, exited: make(chan struct{})}
	if err := s.start(home); err != nil {
		s.stop()
		return nil, fmt.Errorf("%w\n%s", err, s.log)
	}
	return s, nil
}

func (s *Server) start(home string) error {
	if err := allow(s.dir); err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.Command(filepath.Join(home, "bin", "initdb"), "-D", data,
		"--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	s.prepare(initdb)
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	s.log.Reset()
	args := []string{"-D", data, "-k", s.dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	s.cmd = exec.Command(filepath.Join(home, "bin", "postgres"), args...)
	s.prepare(s.cmd)
	started := make(chan error)
	go func() {
		// The server ends with the thread that started it, so that thread
		// must last.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait() // asked to stop, or answering nobody: both show
		}
		close(s.exited)
	}()
	if err := <-started; err != nil {
		return err
	}
	return s.ready()
}

// prepare makes a program run as who may, in the cluster's directory, and end
// with this process.
func (s *Server) prepare(cmd *exec.Cmd) {
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, s.log, s.log
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = attributes()
}

// ready waits until the server answers.
func (s *Server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		c, err := s.connect(ctx, "postgres")
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-s.exited:
			return fmt.Errorf("the server ended: %w", err)
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(stopSignal) // it may have ended
		<-s.exited
	}
	_ = os.RemoveAll(s.dir)
}

func (s *Server) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	// Everything is given here: PGHOST and its kin belong to the user.
	config, err := pgx.ParseConfig(s.dsn(database))
	if err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

func (s *Server) dsn(database string) string {
	return fmt.Sprintf("host=%s port=5432 user=postgres dbname=%s sslmode=disable application_name=test client_encoding=UTF8", s.dir, database)
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
	c, err := s.connect(ctx, "postgres")
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
func (d *Database) DSN() string { return d.Server.dsn(d.Name) }

// Connect opens a connection, which lasts as long as the test.
func (d *Database) Connect(t testing.TB) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := d.Server.connect(ctx, d.Name)
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
