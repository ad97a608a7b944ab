// Package settings says to the pass flaggate what is new: which migrations are
// released, and which flags stand for what they add. What runs passes one
// package at a time (go vet, golangci-lint) keeps results by these values and
// not by the files that they name; so they hold a digest of what is in the
// files.
//
// It does not ask git: `migracheck gate --vet-flags` does, and prints the
// values.
package settings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/cmd/migracheck/config"
	"github.com/migracheck/migracheck/parser/migration"
)

// Settings are what is new.
type Settings struct {
	// Migrations are directories of migrations, as absolute paths.
	Migrations []string
	// Framework is the tool whose files they are; "" and auto look.
	Framework string
	// Released are the IDs of the migrations that are released together.
	Released []string
	// FlagPackages are the import paths of the packages with the checks that the
	// configuration names.
	FlagPackages []string
	// Config is the configuration file, "" for none.
	Config    string
	PGVersion int
	// Digest is that of the migrations and the configuration.
	Digest string
	// Today is the date, YYYY-MM-DD, against which allowances expire.
	Today string
}

var names = []string{"migrations", "framework", "released", "flag-packages", "config", "pg-version", "digest", "today"}

// Names returns the names of the values.
func Names() []string { return slices.Clone(names) }

var usage = map[string]string{
	"migrations":    "directories of migrations, absolute `paths` with commas between",
	"framework":     "migration `tool`; without it, it is looked for",
	"released":      "`ids` of the migrations that are released together, with commas between",
	"flag-packages": "import `paths` of the packages with the checks that the configuration names, with commas between",
	"config":        "the configuration `file`, an absolute path",
	"pg-version":    "PostgreSQL `major` version of the server",
	"digest":        "`digest` of the migrations and the configuration, by which results are kept",
	"today":         "the `date` against which allowances expire",
}

// Get returns a value as text, "" if it is not set.
func (s *Settings) Get(name string) string {
	switch name {
	case "migrations":
		return strings.Join(s.Migrations, ",")
	case "framework":
		return s.Framework
	case "released":
		return strings.Join(s.Released, ",")
	case "flag-packages":
		return strings.Join(s.FlagPackages, ",")
	case "config":
		return s.Config
	case "pg-version":
		if s.PGVersion != 0 {
			return strconv.Itoa(s.PGVersion)
		}
	case "digest":
		return s.Digest
	case "today":
		return s.Today
	}
	return ""
}

// Set sets a value from text.
func (s *Settings) Set(name, text string) error {
	list := slices.DeleteFunc(strings.Split(text, ","), func(part string) bool { return part == "" })
	switch name {
	case "migrations":
		s.Migrations = list
	case "framework":
		s.Framework = text
	case "released":
		s.Released = list
	case "flag-packages":
		s.FlagPackages = list
	case "config":
		s.Config = text
	case "pg-version":
		n, err := strconv.Atoi(text)
		if err != nil && text != "" {
			return fmt.Errorf("pg-version: %q is no number", text)
		}
		s.PGVersion = n
	case "digest":
		s.Digest = text
	case "today":
		s.Today = text
	default:
		return fmt.Errorf("unknown setting %q: known are %s", name, strings.Join(names, ", "))
	}
	return nil
}

// Load reads what is new. It fails where files have changed since the digest
// was made.
func (s *Settings) Load(ctx context.Context) (*flaggate.Gate, error) {
	if len(s.Migrations) == 0 || s.Digest == "" {
		return nil, errors.New("flaggate does not know what is new: pass the flags that migracheck gate --vet-flags prints")
	}
	for _, path := range append(slices.Clone(s.Migrations), s.Config) {
		if path != "" && !filepath.IsAbs(path) {
			return nil, fmt.Errorf("%s: an absolute path is needed here, since packages are checked from their own directories", path)
		}
	}
	settled := config.Config{}
	if s.Config != "" {
		read, err := config.Read(s.Config)
		if err != nil {
			return nil, err
		}
		settled = *read
	}
	options := migration.Options{Framework: s.Framework, Projects: settled.Projects}
	if options.Framework == "" {
		options.Framework = "auto"
	}
	sets, err := migration.Load(ctx, s.Migrations, options)
	if err != nil {
		return nil, err
	}
	digest, err := Digest(sets, s.Config)
	if err != nil {
		return nil, err
	}
	if digest != s.Digest {
		return nil, errors.New("the migrations or the configuration have changed since the flags were made: pass those that migracheck gate --vet-flags prints now")
	}
	gate := &flaggate.Gate{Checks: slices.Concat(settled.Gate.Checks, featureflag.SDKs()), Today: s.Today}
	for _, set := range sets {
		in := func(m *migration.Migration) bool { return slices.Contains(s.Released, m.ID) }
		timeline := replay.Up(set.Migrations, replay.Options{InWindow: in, OneTransaction: set.OneTransaction, PGVersion: s.PGVersion})
		for _, w := range timeline.Windows {
			if w.Reported {
				gate.Releases = append(gate.Releases, flaggate.NewRelease(w, timeline, settled.Gate.Flag))
			}
		}
	}
	return gate, nil
}

// Pass makes the pass for settings, which may yet change until it runs.
func (s *Settings) Pass() *analysis.Analyzer {
	load := func() (*flaggate.Gate, error) { return s.Load(context.Background()) }
	return flaggate.New(load, func(importPath string) bool {
		return slices.ContainsFunc(s.FlagPackages, func(p string) bool { return featureflag.SamePackage(p, importPath) })
	})
}

// Pass makes the pass, with flags for its settings.
func Pass() *analysis.Analyzer {
	var s Settings
	pass := s.Pass()
	for _, name := range names {
		pass.Flags.Func(name, usage[name], func(text string) error { return s.Set(name, text) })
	}
	return pass
}

// Digest is the digest of what migrations and the configuration hold.
func Digest(sets []*migration.Set, configuration string) (string, error) {
	h := sha256.New()
	for _, set := range sets {
		for _, m := range set.Migrations {
			for _, script := range []*migration.Script{m.Up, m.Down} {
				if script != nil {
					text := script.Span.Text()
					fmt.Fprintf(h, "%s %d\n%s", m.ID, len(text), text)
				}
			}
		}
	}
	if configuration != "" {
		text, err := os.ReadFile(configuration)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "\n%s", text)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
