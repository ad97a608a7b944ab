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

// A value is a setting as text.
type value struct {
	name, usage string
	get         func(*Settings) string
	set         func(*Settings, string) error
}

var values = []value{
	list("migrations", "directories of migrations, absolute `paths` with commas between", func(s *Settings) *[]string { return &s.Migrations }),
	text("framework", "migration `tool`; without it, it is looked for", func(s *Settings) *string { return &s.Framework }),
	list("released", "`ids` of the migrations that are released together, with commas between", func(s *Settings) *[]string { return &s.Released }),
	list("flag-packages", "import `paths` of the packages with the checks that the configuration names, with commas between", func(s *Settings) *[]string { return &s.FlagPackages }),
	text("config", "the configuration `file`, an absolute path", func(s *Settings) *string { return &s.Config }),
	{name: "pg-version", usage: "PostgreSQL `major` version of the server", get: getVersion, set: setVersion},
	text("digest", "`digest` of the migrations and the configuration, by which results are kept", func(s *Settings) *string { return &s.Digest }),
	text("today", "the `date` against which allowances expire", func(s *Settings) *string { return &s.Today }),
}

func text(name, usage string, of func(*Settings) *string) value {
	return value{
		name: name, usage: usage,
		get: func(s *Settings) string { return *of(s) },
		set: func(s *Settings, text string) error { *of(s) = text; return nil },
	}
}

func list(name, usage string, of func(*Settings) *[]string) value {
	return value{
		name: name, usage: usage,
		get: func(s *Settings) string { return strings.Join(*of(s), ",") },
		set: func(s *Settings, text string) error {
			*of(s) = slices.DeleteFunc(strings.Split(text, ","), func(part string) bool { return part == "" })
			return nil
		},
	}
}

func getVersion(s *Settings) string {
	if s.PGVersion == 0 {
		return ""
	}
	return strconv.Itoa(s.PGVersion)
}

func setVersion(s *Settings, text string) error {
	n, err := strconv.Atoi(text)
	if err != nil && text != "" {
		return fmt.Errorf("pg-version: %q is no number", text)
	}
	s.PGVersion = n
	return nil
}

// Names returns the names of the values, in order.
func Names() []string {
	var names []string
	for _, v := range values {
		names = append(names, v.name)
	}
	return names
}

// Get returns a value as text, "" if it is not set.
func (s *Settings) Get(name string) string {
	for _, v := range values {
		if v.name == name {
			return v.get(s)
		}
	}
	return ""
}

// Set sets a value from text.
func (s *Settings) Set(name, text string) error {
	for _, v := range values {
		if v.name == name {
			return v.set(s, text)
		}
	}
	return fmt.Errorf("unknown setting %q: known are %s", name, strings.Join(Names(), ", "))
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
	for _, v := range values {
		pass.Flags.Func(v.name, v.usage, func(text string) error { return v.set(&s, text) })
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
