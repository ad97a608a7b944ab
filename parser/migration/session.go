package migration

// A Session says what a script finds of what the scripts before it have set.
type Session uint8

const (
	// SameSession: all settings and temporary tables, because the tool runs
	// all scripts on one connection and leaves it alone.
	SameSession Session = iota
	// ResetSession: the temporary tables, but not the settings, because the
	// tool resets them between scripts.
	ResetSession
	// NewSession: nothing, because each script has a connection of its own.
	NewSession
)

// inSessions marks all scripts of a set.
func (s *Set) inSessions(session Session) {
	for script := range scriptsOf([]*Set{s}) {
		script.Session = session
	}
}
