package report

import "io"

// JSONL writes JSON Lines: an object for each finding that nothing allows, as
// the json format has it, one for each query of the application and one for what
// undoing each migration comes to, where that was asked, and one that sums up.
// "type" tells them apart; the summary is the last line, so that a log that was
// cut is known by its absence.
// https://jsonlines.org
func JSONL(w io.Writer, run *Run) error {
	prints := Fingerprints(run.Findings)
	for i := range run.Findings {
		f := &run.Findings[i]
		if f.Suppressed != nil {
			continue
		}
		if err := encodeJSON(w, jsonlFinding{"finding", newJSONFinding(f, prints[i])}, ""); err != nil {
			return err
		}
	}
	if err := run.jsonlCompat(w); err != nil {
		return err
	}
	if err := run.jsonlGate(w); err != nil {
		return err
	}
	if err := run.jsonlRollback(w); err != nil {
		return err
	}
	total := run.summary()
	return encodeJSON(w, jsonlSummary{
		Type: "summary", Version: 1, Tool: jsonTool{Name: command, Version: run.Version}, Text: total.line(), summary: total,
	}, "")
}

func (r *Run) jsonlCompat(w io.Writer) error {
	if r.Compat == nil {
		return nil
	}
	for _, q := range r.Compat.queries() {
		if err := encodeJSON(w, jsonlQuery{"query", q}, ""); err != nil {
			return err
		}
	}
	return encodeJSON(w, jsonlMatrix{"matrix", r.Compat.matrix()}, "")
}

func (r *Run) jsonlRollback(w io.Writer) error {
	if r.Rollback == nil {
		return nil
	}
	for _, m := range r.Rollback.json(r.Rollback.Migrations) {
		if err := encodeJSON(w, jsonlRollback{"migration", m}, ""); err != nil {
			return err
		}
	}
	for _, m := range r.Rollback.json(r.Rollback.Releases) {
		if err := encodeJSON(w, jsonlRollback{"release", m}, ""); err != nil {
			return err
		}
	}
	return nil
}

type jsonlFinding struct {
	Type string `json:"type"`
	jsonFinding
}

type jsonlQuery struct {
	Type string `json:"type"`
	jsonQuery
}

type jsonlMatrix struct {
	Type string `json:"type"`
	*jsonMatrix
}

type jsonlRollback struct {
	Type string `json:"type"`
	jsonRollback
}

type jsonlSummary struct {
	Type    string   `json:"type"`
	Version int      `json:"version"`
	Tool    jsonTool `json:"tool"`
	Text    string   `json:"text"`
	summary
}
