package postgres

import "syscall"

// memory returns a directory whose files stay in memory, where there is one
// with room for a run of tests; else "", the usual one. Copying databases is
// what tests spend most of their time on.
func memory() string {
	const dir, enough = "/dev/shm", 4 << 30
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil || s.Bavail*uint64(s.Bsize) < enough { //nolint:gosec // a block size is no negative number
		return ""
	}
	return dir
}
