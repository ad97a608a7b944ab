package config

import (
	"bytes"
	"encoding/json"
	"maps"

	"github.com/migracheck/migracheck/rules"
)

// SchemaURL is where editors find the schema.
const SchemaURL = "https://raw.githubusercontent.com/migracheck/migracheck/main/docs/migracheck.schema.json"

// Schema returns the JSON Schema of the file, of draft 7, which editors know
// best. It takes what [Read] takes, but for what a schema cannot say: that a
// date or a regular expression is a right one, and that two lists agree.
func Schema() ([]byte, error) {
	s := maps.Clone(top(rules.All()).schema)
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["$id"] = SchemaURL
	s["title"] = "migracheck"
	s["description"] = "What a team agrees on about its PostgreSQL migrations"
	s["type"] = []string{"object", "null"} // an empty file is one, too
	s["not"] = schema{"type": "object", "required": []string{"since", "from"}}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
