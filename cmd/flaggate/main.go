// Command flaggate is the pass of migracheck gate for go vet, which runs it on
// one package at a time and keeps what it found:
//
//	go vet -vettool=$(which flaggate) $(migracheck gate --vet-flags --since origin/main) ./...
//
// What is new comes from flags (package settings). Nothing else is in it: see
// package flaggate.
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/migracheck/migracheck/cmd/flaggate/settings"
)

func main() { unitchecker.Main(settings.Pass()) }
