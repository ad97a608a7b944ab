//go:build !linux

package main

// adviseHuge does nothing: other systems decide by themselves.
func adviseHuge([]byte) {}
