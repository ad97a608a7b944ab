// Package cluster runs throw-away PostgreSQL servers.
//
// A cluster is made in a temporary directory, listens on a Unix socket there
// and nowhere else, promises no durability, runs as an unprivileged user where
// root starts it, and ends with this process, however that ends. Tests against
// real servers and rollback drills use it.
//
// It installs nothing, keeps nothing, and connects to no server that it did not
// start.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a server may take to start.
const patience = time.Minute

// A Cluster is a running server.
type Cluster struct {
	dir    string
	cmd    *exec.Cmd
	log    *bytes.Buffer
	exited chan struct{}
}

// settings make a cluster fast and alike everywhere.
var settings = []string{
	"listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off",
	"shared_buffers=16MB", "max_connections=50", "dynamic_shared_memory_type=mmap", "jit=off",
	"wal_level=logical", "max_prepared_transactions=5", "TimeZone=UTC", "log_min_messages=fatal", "log_timezone=UTC",
}

// Start makes and starts a cluster with the programs in bin below home, in a
// directory below parent, or, for "", below that for temporary files. The error
// has what they printed.
func Start(ctx context.Context, home, parent string) (*Cluster, error) {
	dir, err := os.MkdirTemp(parent, "pg")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, log: &bytes.Buffer{}, exited: make(chan struct{})}
	if err := c.start(ctx, home); err != nil {
		c.Stop()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w\n%s", err, c.log)
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, home string) error {
	if err := allow(c.dir); err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(home, "bin", "initdb"), "-D", data,
		"--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	c.prepare(initdb)
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	c.log.Reset()
	args := []string{"-D", data, "-k", c.dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	cmd := exec.Command(filepath.Join(home, "bin", "postgres"), args...)
	c.prepare(cmd)
	started := make(chan error)
	go func() {
		// The server ends with the thread that started it, so that thread
		// must last.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // asked to stop, or answering nobody: both show
		}
		close(c.exited)
	}()
	if err := <-started; err != nil {
		return err
	}
	c.cmd = cmd
	return c.ready(ctx)
}

// prepare makes a program run as who may, in the cluster's directory, and end
// with this process.
func (c *Cluster) prepare(cmd *exec.Cmd) {
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, c.log, c.log
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = attributes()
}

// ready waits until the server answers.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		conn, err := c.Connect(ctx, "postgres")
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.exited:
			return fmt.Errorf("the server ended: %w", err)
		case <-ctx.Done():
			return errors.Join(errors.New("the server does not answer"), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop stops the server and removes what it stored.
func (c *Cluster) Stop() {
	if c.cmd != nil {
		_ = c.cmd.Process.Signal(stopSignal) // it may have ended
		<-c.exited
	}
	_ = os.RemoveAll(c.dir)
}

// Connect opens a connection to a database.
func (c *Cluster) Connect(ctx context.Context, database string) (*pgx.Conn, error) {
	// Everything is given here: PGHOST and its kin belong to the user.
	config, err := pgx.ParseConfig(c.DSN(database))
	if err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

// DSN returns the connection string of a database.
func (c *Cluster) DSN(database string) string {
	return fmt.Sprintf("host=%s port=5432 user=postgres dbname=%s sslmode=disable application_name=migracheck client_encoding=UTF8", c.dir, database)
}
