package config

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestTimeout holds times to what servers make of them.
func TestTimeout(t *testing.T) {
	texts := []string{"0", "5s", "500ms", "1min", "2h", "1d", "1500", "1.5s", " 3 s ", "0.5min", "24d", "1.5", "2.5ms", "2500us", "2147483647", ".5s", "7.s"}
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		for _, text := range texts {
			d, wrong := timeout(text)
			assert.Empty(t, wrong, text)
			setting := postgres.Lines(t, c, "SELECT set_config('lock_timeout', '"+text+"', false)")
			milliseconds := postgres.Lines(t, c, "SELECT setting FROM pg_settings WHERE name = 'lock_timeout'")
			assert.Equal(t, []string{strconv.FormatInt(d.Milliseconds(), 10)}, milliseconds, "%s, shown as %s", text, setting)
		}
	})
}

func TestTimeoutOfGo(t *testing.T) {
	d, wrong := timeout("1m30s")
	assert.Empty(t, wrong)
	assert.Equal(t, 90*time.Second, d)
	for _, text := range []string{"", "soon", "-5s", "1 hour", "2147483648", "1e3000h", "999999999999999999d", "5m5"} {
		_, wrong := timeout(text)
		assert.NotEmpty(t, wrong, text)
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]int64{"0B": 0, "8kB": 8192, "16 MB": 16 << 20, "2GB": 2 << 30, "1TB": 1 << 40} {
		got, wrong := size(text)
		assert.Empty(t, wrong, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"16", "16mb", "MB", "-1MB", "1.5GB", "99999999999GB"} {
		_, wrong := size(text)
		assert.NotEmpty(t, wrong, text)
	}
}
