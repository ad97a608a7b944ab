package migration

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseVersion(t *testing.T) {
	for _, test := range []struct {
		tag, component, pre string
		numbers             []string
	}{
		{"v1.2.3", "", "", []string{"1", "2", "3"}},
		{"1.2.3", "", "", []string{"1", "2", "3"}},
		{"V1.2", "", "", []string{"1", "2"}},
		{"v7", "", "", []string{"7"}},
		{"release-42", "", "", []string{"42"}},
		{"release-1.2.3-rc.1", "", "rc.1", []string{"1", "2", "3"}},
		{"releases/v1.2.3", "", "", []string{"1", "2", "3"}},
		{"v1.2.3-rc.1+build.5", "", "rc.1", []string{"1", "2", "3"}},
		{"1.2.3rc2", "", "rc2", []string{"1", "2", "3"}},
		{"2026.01.15", "", "", []string{"2026", "01", "15"}},
		{"api/v1.2.3", "api", "", []string{"1", "2", "3"}},
		{"services/api/v1.2.3-beta", "services/api", "beta", []string{"1", "2", "3"}},
		{"api-v1.2.3", "api", "", []string{"1", "2", "3"}},
		{"my-api-1.2.3-rc-1", "my-api", "rc-1", []string{"1", "2", "3"}},
		{"@acme/api@1.2.3", "@acme/api", "", []string{"1", "2", "3"}},
	} {
		v, component, ok := parseVersion(test.tag)
		require.True(t, ok, test.tag)
		assert.Equal(t, version{test.numbers, test.pre}, v, test.tag)
		assert.Equal(t, test.component, component, test.tag)
	}
	for _, other := range []string{"", "v", "latest", "nightly", "20260115", "build-17", "v1.", "v1.2.3.4.5", "1.2.x", "version", "deploy-20260115", "v1.2.3 ", "vv1.2.3"} {
		_, _, ok := parseVersion(other)
		assert.False(t, ok, other)
	}
}

// TestVersionOrder holds the order of https://semver.org/#spec-item-11, and
// what we add to it.
func TestVersionOrder(t *testing.T) {
	order := []string{
		"0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
		"1.2", "1.2.0.1", "1.9.9", "1.10.0", "2.0.0", "2026.01.15", "2026.1.16", "99999999999999999999999.0",
	}
	for i, a := range order {
		for j, b := range order {
			v, _, ok := parseVersion(a)
			require.True(t, ok, a)
			w, _, ok := parseVersion(b)
			require.True(t, ok, b)
			switch c := v.compare(w); {
			case i < j:
				assert.Negative(t, c, "%s, %s", a, b)
			case i > j:
				assert.Positive(t, c, "%s, %s", a, b)
			default:
				assert.Zero(t, c)
			}
		}
	}
	same := func(a, b string) {
		v, _, _ := parseVersion(a)
		w, _, _ := parseVersion(b)
		assert.Zero(t, v.compare(w), "%s, %s", a, b)
	}
	same("v1.2", "1.2.0")
	same("1.2.3+a", "1.2.3+b")
}
