package main

import "syscall"

// adviseHuge asks for huge pages in a block, where the system grants them on
// request (https://docs.kernel.org/admin-guide/mm/transhuge.html). It is advice:
// that it is not taken is no error.
func adviseHuge(block []byte) {
	_ = syscall.Madvise(block, syscall.MADV_HUGEPAGE)
}
