// Package golangci makes the pass flaggate a module plugin of golangci-lint.
// Its settings are the values that `migracheck gate --vet-flags` prints.
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/migracheck/migracheck/cmd/flaggate/settings"
)

//nolint:gochecknoinits // how golangci-lint learns of plugins
func init() { register.Plugin("flaggate", New) }

// New reads the settings of a plugin, a mapping of names to texts. It fails for
// names that are not settings.
func New(values any) (register.LinterPlugin, error) {
	var p plugin
	texts, ok := values.(map[string]any)
	if !ok && values != nil {
		return nil, fmt.Errorf("flaggate: the settings are %T, and not names with values", values)
	}
	for name, value := range texts {
		if err := p.settings.Set(name, fmt.Sprint(value)); err != nil {
			return nil, fmt.Errorf("flaggate: %w", err)
		}
	}
	return &p, nil
}

type plugin struct{ settings settings.Settings }

// BuildAnalyzers returns the pass.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{p.settings.Pass()}, nil
}

// GetLoadMode says that types are needed.
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
