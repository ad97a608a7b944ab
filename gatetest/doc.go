// Package gatetest holds what migracheck knows of feature flags and of the
// database against the packages that applications ask for them: the real ones,
// which users of migracheck do not need. It is a module of its own for that.
//
// Code that asks for flags is in flags, one package for each service, code that
// uses the database in uses, one package for each way. Comments say what is to
// be found, and go vet that it is code as one writes it.
package gatetest
