package shapes

import (
	"context"

	"github.com/migracheck/migracheck/gatetest/uses/handed"
)

// Closure makes functions behind the flag and without.
func (s *store) Closure(ctx context.Context) {
	run(func() {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	})
	if s.flags.Billing(ctx) {
		run(func() {
			s.db.Query("SELECT channel FROM orders") // gated: orders.channel
		})
		go func() {
			s.db.Query("SELECT channel FROM orders") // gated: orders.channel
		}()
		defer s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	load := func() {
		s.db.Query("SELECT priority FROM orders") // gated: orders.priority
	}
	if s.flags.Billing(ctx) {
		load()
	}
}

func run(f func()) { f() }

// Helper calls what only it calls, behind the flag.
func (s *store) Helper(ctx context.Context) {
	if s.flags.Billing(ctx) {
		s.gated()
		s.both()
	}
	s.both()
}

func (s *store) gated() {
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
}

func (s *store) both() {
	s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
}

// Guard leaves by a function that says whether.
func (s *store) Guard(ctx context.Context) {
	if !s.may(ctx) {
		return
	}
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
}

func (s *store) may(ctx context.Context) bool {
	if !s.flags.Billing(ctx) {
		return false
	}
	return s.db != nil
}

// Handed calls what leaves it to its callers to ask.
func (s *store) Handed(ctx context.Context) {
	s.Bare() // ungated-use: orders.channel
	if s.flags.Billing(ctx) {
		s.Bare()              // gated: orders.channel
		handed.Channels(s.db) // gated: orders.channel
	}
	handed.Channels(s.db) // ungated-use: orders.channel
}

// Bare does not ask.
//
//migracheck:caller-gates
func (s *store) Bare() {
	s.db.Query("SELECT channel FROM orders")
}

// Generic calls a function with a type for an argument.
func (s *store) Generic(ctx context.Context) {
	if s.flags.Billing(ctx) {
		one[string](s)
	}
	any[int](s, s.flags.Billing(ctx))
	any[string](s, s.flags.Billing(ctx))
}

func one[T int | string](s *store) (v T) {
	s.db.QueryRow("SELECT channel FROM orders").Scan(&v) // gated: orders.channel
	return v
}

func any[T int | string](s *store, on bool) (v T) {
	if on {
		s.db.QueryRow("SELECT channel FROM orders").Scan(&v) // gated: orders.channel
		return v
	}
	s.db.QueryRow("SELECT channel FROM orders").Scan(&v) // ungated-use: orders.channel
	return v
}
