package cluster

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// stopSignal ends a server at once; its data are not kept.
const stopSignal = syscall.SIGQUIT

// nobody is an unprivileged user and group. PostgreSQL refuses to run as root.
const nobody = 65534

// unprivileged returns the user and group that a server runs as where root
// starts it.
func unprivileged() (uid, gid int) {
	u, err := user.Lookup("nobody")
	if err != nil {
		return nobody, nobody
	}
	uid, err = strconv.Atoi(u.Uid)
	if err != nil {
		return nobody, nobody
	}
	gid, err = strconv.Atoi(u.Gid)
	if err != nil {
		return uid, nobody
	}
	return uid, gid
}

// allow gives a directory to the user that the server runs as.
func allow(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid := unprivileged()
	return os.Chown(dir, uid, gid)
}

// attributes make a process unprivileged, and end with this one.
func attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: stopSignal}
	if os.Geteuid() == 0 {
		uid, gid := unprivileged()
		a.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}}
	}
	return a
}
