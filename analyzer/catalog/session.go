package catalog

import (
	"maps"
	"strings"
)

// A Session holds the run-time settings that statements changed. Sessions are
// immutable.
type Session struct {
	set   map[string][]string
	local map[string][]string
}

// Setting returns the values of a run-time parameter and whether the history
// set it in this session.
func (s *Session) Setting(name string) ([]string, bool) {
	if v, ok := s.local[name]; ok {
		return v, true
	}
	v, ok := s.set[name]
	return v, ok
}

// Set returns the session after SET [LOCAL]; nil values are DEFAULT.
func (s *Session) Set(name string, values []string, local bool) *Session {
	t := &Session{set: s.set, local: s.local}
	if local {
		t.local = maps.Clone(s.local)
		if t.local == nil {
			t.local = map[string][]string{}
		}
		t.local[name] = values
		return t
	}
	t.set = maps.Clone(s.set)
	if t.set == nil {
		t.set = map[string][]string{}
	}
	if values == nil {
		delete(t.set, name)
	} else {
		t.set[name] = values
	}
	if _, ok := t.local[name]; ok {
		t.local = maps.Clone(t.local)
		delete(t.local, name)
	}
	return t
}

// EndTransaction returns the session after COMMIT or ROLLBACK: SET LOCAL is
// undone. (What ROLLBACK does to plain SET follows from returning to an older
// snapshot.)
func (s *Session) EndTransaction() *Session {
	if len(s.local) == 0 {
		return s
	}
	return &Session{set: s.set}
}

// SearchPath returns the schemas of search_path, without "$user" and
// pg_catalog.
func (s *Session) SearchPath() []string {
	values, ok := s.Setting("search_path")
	if !ok || values == nil {
		return defaultSearchPath
	}
	var path []string
	for _, v := range values {
		for _, p := range strings.Split(v, ",") {
			p = strings.Trim(strings.TrimSpace(p), `"`)
			if p != "" && p != "$user" && p != "pg_catalog" {
				path = append(path, p)
			}
		}
	}
	return path
}

var defaultSearchPath = []string{"public"}
