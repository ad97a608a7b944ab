package replay

import "github.com/migracheck/migracheck/parser/migration"

// session begins a script with what its tool leaves of the session before it.
func (r *replayer) session(s *migration.Script) {
	if r.tx != nil {
		return // one transaction, and so one session, around all
	}
	switch s.Session {
	case migration.ResetSession:
		r.now = r.now.ResetSettings()
	case migration.NewSession:
		r.now = r.now.NewSession()
	}
}
