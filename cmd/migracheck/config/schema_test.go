package config

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xeipuuv/gojsonschema"
	"go.yaml.in/yaml/v3"
)

// TestGolden holds docs/ to the table of keys.
func TestGolden(t *testing.T) {
	schema, err := Schema()
	require.NoError(t, err)
	for name, want := range map[string]string{"migracheck.schema.json": string(schema), "configuration.md": Reference()} {
		path := filepath.Join("../../../docs", name)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
			continue
		}
		got, err := os.ReadFile(path)
		if assert.NoError(t, err, "run with -update") {
			assert.Equal(t, want, string(got), "%s: run with -update", path)
		}
	}
}

// TestSchema holds the schema and the reading to each other: the schema takes
// what is right, and refuses what is wrong where a schema can.
func TestSchema(t *testing.T) {
	text, err := Schema()
	require.NoError(t, err)
	draft, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(`{"$ref": "http://json-schema.org/draft-07/schema#"}`))
	require.NoError(t, err)
	is, err := draft.Validate(gojsonschema.NewBytesLoader(text))
	require.NoError(t, err)
	require.Empty(t, is.Errors(), "the schema is no schema")

	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(text))
	require.NoError(t, err)
	valid := func(t *testing.T, text string) *gojsonschema.Result {
		var root yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(text), &root))
		result, err := schema.Validate(gojsonschema.NewGoLoader(asJSON(t, &root)))
		require.NoError(t, err)
		return result
	}
	assert.Empty(t, valid(t, example).Errors())
	for name, text := range good {
		assert.Empty(t, valid(t, text).Errors(), name)
	}
	for name, c := range bad {
		if !c.alone {
			assert.False(t, valid(t, c.text).Valid(), name)
		}
	}
}

// asJSON is YAML as editors see it: dates are texts.
func asJSON(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.DocumentNode:
		return asJSON(t, n.Content[0])
	case yaml.AliasNode:
		return asJSON(t, n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, asJSON(t, c))
		}
		return list
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			object[n.Content[i].Value] = asJSON(t, n.Content[i+1])
		}
		return object
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float":
			f, err := strconv.ParseFloat(n.Value, 64)
			require.NoError(t, err)
			return f
		case "!!bool":
			return n.Value == "true"
		case "!!null":
			return nil
		}
		return n.Value
	}
	return nil // nothing at all
}
