package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/rules"
)

func TestSelection(t *testing.T) {
	all := []*rules.Rule{
		{Name: "a", Category: rules.Lock},
		{Name: "b", Category: rules.Lock, Aliases: []string{"old-b"}},
		{Name: "c", Category: rules.Practice, Off: true},
		{Name: "d", Category: rules.Practice, Off: true},
	}
	for name, c := range map[string]struct {
		Selection
		want []string
	}{
		"default":                     {Selection{}, []string{"a", "b"}},
		"a family on":                 {Selection{Enable: []string{"practice"}}, []string{"a", "b", "c", "d"}},
		"a family but one":            {Selection{Enable: []string{"practice"}, Exclude: []string{"c"}}, []string{"a", "b", "d"}},
		"one of an excluded family":   {Selection{Enable: []string{"old-b"}, Exclude: []string{"lock"}}, []string{"b"}},
		"only a family that is off":   {Selection{Only: []string{"practice"}}, []string{"c", "d"}},
		"only, and more":              {Selection{Only: []string{"a"}, Enable: []string{"d"}}, []string{"a", "d"}},
		"excluded beats enabled":      {Selection{Enable: []string{"c"}, Exclude: []string{"c"}}, []string{"a", "b"}},
		"both families":               {Selection{Enable: []string{"practice"}, Exclude: []string{"practice"}}, []string{"a", "b"}},
		"only one, its family is out": {Selection{Only: []string{"a"}, Exclude: []string{"lock"}}, []string{"a"}},
		"nothing":                     {Selection{Only: []string{"a"}, Exclude: []string{"a"}}, nil},
	} {
		var got []string
		for _, r := range c.Of(all) {
			got = append(got, r.Name)
		}
		assert.Equal(t, c.want, got, name)
	}
}

func TestNamed(t *testing.T) {
	lock, err := Named("lock")
	require.NoError(t, err)
	assert.Greater(t, len(lock), 5)
	for _, r := range lock {
		assert.Equal(t, rules.Lock, r.Category)
	}
	_, err = Named("practise")
	assert.EqualError(t, err, `unknown rule "practise": did you mean practice?`)
	for _, r := range rules.All() {
		assert.NotContains(t, Families(), r.Name, "a family and a rule of one name")
		assert.Contains(t, Families(), string(r.Category), r.Name)
	}
}
