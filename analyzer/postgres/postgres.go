// Package postgres runs real PostgreSQL servers for tests: one throw-away
// cluster of every major that is at hand, shared by the tests of a package.
//
// It exists so that what migracheck predicts (refusals, locks, schemas, what
// the previous version of the application meets) is compared with what servers
// do. A test package has
//
//	func TestMain(m *testing.M) { postgres.Main(m) }
//
// and its tests call [Each]. A cluster is started when it is first asked for,
// listens on a Unix socket in a temporary directory only, promises no
// durability, and ends with the test process, however that ends.
//
// Servers come from .postgres/ in the module's root (make postgres), from the
// directory that MIGRACHECK_POSTGRES names instead, or from Debian's
// packages. Tests of a major that is missing are skipped, and say so; with
// CI_POSTGRES=required they fail. CI_POSTGRES_MAJORS="13 18" has [Each] leave
// out the other majors.
//
// It is for tests, and no part of migracheck. It installs nothing, keeps
// nothing, and connects to no server that it did not start.
package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The majors that migracheck supports.
const (
	Oldest = 13
	Newest = 18
)

// The environment variables that are read.
const (
	directoryVariable = "MIGRACHECK_POSTGRES"
	requiredVariable  = "CI_POSTGRES"
	majorsVariable    = "CI_POSTGRES_MAJORS"
)

// A pool is the clusters that the tests of this process share.
type pool struct {
	mu      sync.Mutex
	open    bool
	servers map[int]*Server
	failed  map[int]error
}

// shared is the process's: a cluster is too slow to start for each test.
var shared = &pool{servers: map[int]*Server{}, failed: map[int]error{}}

// Main runs the tests of a package, stops the servers that they started, and
// exits.
func Main(m *testing.M) { os.Exit(shared.run(m)) }

func (p *pool) run(m *testing.M) int {
	p.open = true
	defer p.stop()
	return m.Run()
}

// stop stops all servers and removes what they stored.
func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.servers {
		s.cluster.Stop()
	}
	p.servers = nil
}

// server returns the running server of a major.
func (p *pool) server(major int, home string) (*Server, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.open {
		return nil, errors.New("the test package has no TestMain that calls postgres.Main")
	}
	if s := p.servers[major]; s != nil {
		return s, nil
	}
	if err := p.failed[major]; err != nil {
		return nil, err
	}
	s, err := start(major, home)
	if err != nil {
		p.failed[major] = fmt.Errorf("starting PostgreSQL %d: %w", major, err)
		return nil, p.failed[major]
	}
	p.servers[major] = s
	return s, nil
}

// Each runs a subtest for every supported major, oldest first.
func Each(t *testing.T, f func(t *testing.T, s *Server)) {
	t.Helper()
	majors, err := majorsNamed(os.Getenv(majorsVariable))
	if err != nil {
		t.Fatal(err)
	}
	for _, major := range majors {
		t.Run(fmt.Sprintf("postgres%d", major), func(t *testing.T) {
			f(t, One(t, major))
		})
	}
}

// majorsNamed returns the majors of a list with spaces; all of an empty one.
func majorsNamed(list string) ([]int, error) {
	var majors []int
	for _, word := range strings.Fields(list) {
		major, err := strconv.Atoi(word)
		if err != nil || major < Oldest || major > Newest {
			return nil, fmt.Errorf("%s: %q is not a major from %d to %d", majorsVariable, word, Oldest, Newest)
		}
		majors = append(majors, major)
	}
	if len(majors) > 0 {
		return majors, nil
	}
	for major := Oldest; major <= Newest; major++ {
		majors = append(majors, major)
	}
	return majors, nil
}

// One returns the server of one major. The test is skipped, or fails, where
// that major is missing.
func One(t *testing.T, major int) *Server {
	t.Helper()
	home, err := find(major)
	if err != nil {
		t.Fatal(err)
	}
	if home == "" {
		missing(t, major)
	}
	s, err := shared.server(major, home)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// find returns the directory whose bin has the programs of a major, or "".
func find(major int) (string, error) {
	root := os.Getenv(directoryVariable)
	if root == "" {
		module, err := moduleRoot()
		if err != nil {
			return "", err
		}
		root = filepath.Join(module, ".postgres")
	}
	for _, dir := range []string{root, "/usr/lib/postgresql"} {
		home := filepath.Join(dir, strconv.Itoa(major))
		if _, err := os.Stat(filepath.Join(home, "bin", "initdb")); err == nil {
			return filepath.EvalSymlinks(home)
		}
	}
	return "", nil
}

// moduleRoot is the directory of go.mod, from the working directory upwards.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for start := dir; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod at or above %s", cmp.Or(start, "."))
		}
	}
}

// Bin returns the directory of the programs of a major, for tests that start
// servers of their own. The test is skipped, or fails, where it is missing.
func Bin(t *testing.T, major int) string {
	t.Helper()
	home, err := find(major)
	if err != nil {
		t.Fatal(err)
	}
	if home == "" {
		missing(t, major)
	}
	return filepath.Join(home, "bin")
}

// missing ends a test that has no server of a major.
func missing(t *testing.T, major int) {
	t.Helper()
	message := fmt.Sprintf("PostgreSQL %d is missing, and nothing is proved about it: run make postgres", major)
	if os.Getenv(requiredVariable) == "required" {
		t.Fatal(message)
	}
	t.Skip(message)
}
