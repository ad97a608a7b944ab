//go:build !linux

package cluster

import "syscall"

// stopSignal ends a server; Windows knows no gentler one.
const stopSignal = syscall.SIGKILL

func allow(string) error { return nil }

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
