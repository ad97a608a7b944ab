package lock

// A Mode is a mode of table-level lock, in order of strength.
type Mode uint8

// The modes; the zero Mode is no lock.
const (
	AccessShare Mode = iota + 1
	RowShare
	RowExclusive
	ShareUpdateExclusive
	Share
	ShareRowExclusive
	Exclusive
	AccessExclusive
)

// modes names the modes as pg_locks and as LOCK TABLE does, and lists what they
// conflict with: the manual's table of conflicting lock modes, a bit for each
// mode.
var modes = [...]struct {
	name, sql string
	conflicts uint16
}{
	AccessShare:          {"AccessShareLock", "ACCESS SHARE", bits(AccessExclusive)},
	RowShare:             {"RowShareLock", "ROW SHARE", bits(Exclusive, AccessExclusive)},
	RowExclusive:         {"RowExclusiveLock", "ROW EXCLUSIVE", bits(Share, ShareRowExclusive, Exclusive, AccessExclusive)},
	ShareUpdateExclusive: {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE", bits(ShareUpdateExclusive, Share, ShareRowExclusive, Exclusive, AccessExclusive)},
	Share:                {"ShareLock", "SHARE", bits(RowExclusive, ShareUpdateExclusive, ShareRowExclusive, Exclusive, AccessExclusive)},
	ShareRowExclusive:    {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE", bits(RowExclusive, ShareUpdateExclusive, Share, ShareRowExclusive, Exclusive, AccessExclusive)},
	Exclusive:            {"ExclusiveLock", "EXCLUSIVE", bits(RowShare, RowExclusive, ShareUpdateExclusive, Share, ShareRowExclusive, Exclusive, AccessExclusive)},
	AccessExclusive:      {"AccessExclusiveLock", "ACCESS EXCLUSIVE", bits(AccessShare, RowShare, RowExclusive, ShareUpdateExclusive, Share, ShareRowExclusive, Exclusive, AccessExclusive)},
}

func bits(modes ...Mode) uint16 {
	var set uint16
	for _, m := range modes {
		set |= 1 << m
	}
	return set
}

// String returns the name that pg_locks shows: AccessExclusiveLock.
func (m Mode) String() string {
	if int(m) >= len(modes) || m == 0 {
		return "NoLock"
	}
	return modes[m].name
}

// SQL returns the name in SQL and in the manual: ACCESS EXCLUSIVE.
func (m Mode) SQL() string {
	if int(m) >= len(modes) || m == 0 {
		return ""
	}
	return modes[m].sql
}

// Conflicts reports whether two transactions cannot hold the two modes on one
// relation at a time.
func (m Mode) Conflicts(n Mode) bool {
	return int(m) < len(modes) && int(n) < len(modes) && modes[m].conflicts&(1<<n) != 0
}

// BlocksReads reports whether SELECT has to wait.
func (m Mode) BlocksReads() bool { return m.Conflicts(AccessShare) }

// BlocksWrites reports whether INSERT, UPDATE and DELETE have to wait.
func (m Mode) BlocksWrites() bool { return m.Conflicts(RowExclusive) }

// modeNamed returns the mode of a name that pg_locks shows; LOCK TABLE's default
// for what is none.
func modeNamed(name string) Mode {
	for m := AccessShare; m <= AccessExclusive; m++ {
		if modes[m].name == name {
			return m
		}
	}
	return AccessExclusive
}
