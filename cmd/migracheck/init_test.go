package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestYAMLText(t *testing.T) {
	for _, text := range []string{"db/migrations", ".", "1", "2024-01-31", "it's", "a: b", "a #b", "#a", "-", "- a", "*", "true", "No", "~", "", "naïve dir", "[x]", "origin/main", "0x10", "a\\b", ".5", "_1", "e5", ".inf", "NaN"} {
		var got any
		require.NoError(t, yaml.Unmarshal([]byte("key: "+yamlText(text)+" # comment"), &struct{ Key *any }{&got}), text)
		assert.Equal(t, any(text), got, yamlText(text))
	}
}

func TestServerImage(t *testing.T) {
	for text, want := range map[string]string{
		"image: postgres:16-alpine":                "16",
		"image: docker.io/library/postgres:15.4":   "15",
		"image: postgis/postgis:14-3.4":            "14",
		"image: pgvector/pgvector:pg17":            "17",
		"image: timescale/timescaledb-ha:pg16":     "16",
		"image: timescale/timescaledb:latest-pg15": "15",
		"image: postgres:9.6":                      "9",
		"image: postgres:latest":                   "",
		"image: postgres:${{ matrix.version }}":    "",
		"url: postgres://localhost:5432/x":         "",
		"image: mypostgres-exporter:12":            "",
	} {
		got := ""
		if m := serverImage.FindStringSubmatch(text); m != nil {
			got = m[1]
		}
		assert.Equal(t, want, got, text)
	}
}

func TestHostOf(t *testing.T) {
	for url, want := range map[string]string{
		"git@github.com:team/shop.git":             "github.com",
		"https://github.com/team/shop":             "github.com",
		"https://user:secret@gitlab.com/team/shop": "gitlab.com",
		"ssh://git@gitlab.example.org:2222/shop":   "gitlab.example.org",
		"host:shop.git":                            "host",
		"/srv/git/shop.git":                        "",
		"../shop":                                  "",
		"file:///srv/git/shop.git":                 "",
	} {
		assert.Equal(t, want, hostOf(url), url)
	}
}
