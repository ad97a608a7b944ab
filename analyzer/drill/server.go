package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/migracheck/migracheck/analyzer/cluster"
)

// A Server is one that a drill may make databases on.
type Server interface {
	// Connect opens a connection to a database; "" is the one that the drill
	// makes databases from.
	Connect(ctx context.Context, database string) (*pgx.Conn, error)
	// Prefix begins the names of the drill's databases.
	Prefix() string
	// Close ends what the drill has started.
	Close()
}

// throwaway is a cluster that the drill started.
type throwaway struct{ *cluster.Cluster }

func (t throwaway) Connect(ctx context.Context, database string) (*pgx.Conn, error) {
	if database == "" {
		database = "postgres"
	}
	return t.Cluster.Connect(ctx, database)
}

func (t throwaway) Prefix() string { return "drill" }
func (t throwaway) Close()         { t.Stop() }

// Start starts a throw-away server with the programs in a directory (initdb,
// postgres), or, for "", those of [Find].
func Start(ctx context.Context, bin string) (Server, error) {
	if bin == "" {
		var err error
		if bin, err = Find(); err != nil {
			return nil, err
		}
	} else if !isBin(bin) {
		return nil, fmt.Errorf("%s has no initdb and postgres: name the bin directory of a PostgreSQL server", bin)
	}
	c, err := cluster.Start(ctx, filepath.Dir(filepath.Clean(bin)), "")
	if err != nil {
		return nil, fmt.Errorf("starting a server with %s: %w", bin, err)
	}
	return throwaway{c}, nil
}

// Find returns the directory of the programs of a PostgreSQL server: that of
// initdb in PATH, else the newest of the usual places.
func Find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil && isBin(filepath.Dir(real)) {
			return filepath.Dir(real), nil
		}
	}
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",          // Debian
		"/usr/pgsql-*/bin",                   // Red Hat
		"/opt/homebrew/opt/postgresql@*/bin", // Homebrew
		"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
		"/Library/PostgreSQL/*/bin",          // EDB
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		"/usr/local/pgsql/bin", "/usr/libexec/postgresql*/bin",
	} {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, dirs...)
	}
	found = slices.DeleteFunc(found, func(dir string) bool { return !isBin(dir) })
	if len(found) == 0 {
		return "", errors.New("no PostgreSQL server was found: name the directory of initdb and postgres with --postgres-bin, or a running server with --postgres-url")
	}
	return slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) }), nil
}

// major is the number in the path of a bin directory; 0 where there is none.
func major(bin string) int {
	base := filepath.Base(filepath.Dir(bin))
	for len(base) > 0 && (base[0] < '0' || base[0] > '9') {
		base = base[1:]
	}
	n, err := strconv.Atoi(base)
	if err != nil {
		return 0
	}
	return n
}

func isBin(dir string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, program)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// remote is a server that runs already.
type remote struct {
	config *pgx.ConnConfig
	prefix string
}

// At returns the server of a connection string. The drill makes databases of
// its own there, from the one that the string names, which it leaves alone.
func At(ctx context.Context, url string) (Server, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("--postgres-url is no connection string of PostgreSQL: write postgres://user@host:5432/postgres")
	}
	r := remote{config: config, prefix: fmt.Sprintf("migracheck_drill_%d", os.Getpid())}
	c, err := r.Connect(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("connecting to --postgres-url: %w", err)
	}
	defer func() { _ = c.Close(ctx) }()
	var may bool
	if err := c.QueryRow(ctx, "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user").Scan(&may); err != nil {
		return nil, fmt.Errorf("asking --postgres-url: %w", err)
	}
	if !may {
		return nil, fmt.Errorf("%s may not create databases on the server of --postgres-url: name a role with CREATEDB", config.User)
	}
	return r, nil
}

func (r remote) Connect(ctx context.Context, database string) (*pgx.Conn, error) {
	config := r.config.Copy()
	if database != "" {
		config.Database = database
	}
	return pgx.ConnectConfig(ctx, config)
}

func (r remote) Prefix() string { return r.prefix }
func (r remote) Close()         {}
