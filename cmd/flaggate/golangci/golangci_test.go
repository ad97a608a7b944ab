package golangci_test

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "github.com/migracheck/migracheck/cmd/flaggate/golangci"
)

func TestPlugin(t *testing.T) {
	make, err := register.GetPlugin("flaggate")
	require.NoError(t, err)
	plugin, err := make(map[string]any{"migrations": "/m", "released": "2,3", "digest": "d", "pg-version": 16})
	require.NoError(t, err)
	assert.Equal(t, register.LoadModeTypesInfo, plugin.GetLoadMode())
	passes, err := plugin.BuildAnalyzers()
	require.NoError(t, err)
	require.Len(t, passes, 1)
	assert.Equal(t, "flaggate", passes[0].Name)
}

func TestBadSettings(t *testing.T) {
	make, err := register.GetPlugin("flaggate")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		settings any
		want     string
	}{
		"unknown":   {map[string]any{"migration": "/m"}, `flaggate: unknown setting "migration": known are migrations, framework, released, flag-packages, config, pg-version, digest, today`},
		"no number": {map[string]any{"pg-version": "new"}, `flaggate: pg-version: "new" is no number`},
		"a list":    {[]any{"x"}, "flaggate: the settings are []interface {}, and not names with values"},
	} {
		_, err := make(c.settings)
		assert.EqualError(t, err, c.want, name)
	}
	_, err = make(nil)
	require.NoError(t, err)
}
