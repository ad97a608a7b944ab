// Package shapes uses what the window adds, gated in every way that code can be
// and in ways that only look like it.
package shapes

import (
	"context"
	"database/sql"
	"log"

	"github.com/migracheck/migracheck/gatetest/uses/flags"
)

type store struct {
	db    *sql.DB
	flags *flags.Set
}

// New is a store on a database.
func New(db *sql.DB, set *flags.Set) *store { return &store{db: db, flags: set} }

// If is an if with an else.
func (s *store) If(ctx context.Context) {
	if s.flags.Billing(ctx) {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	} else {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
	s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
}

// Negated is an if of the contrary.
func (s *store) Negated(ctx context.Context) {
	if !s.flags.Billing(ctx) {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	} else {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
}

// EarlyReturn leaves without the flag.
func (s *store) EarlyReturn(ctx context.Context) {
	if !s.flags.Billing(ctx) {
		return
	}
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
}

// EarlyReturnOfTheWrongSide leaves with it.
func (s *store) EarlyReturnOfTheWrongSide(ctx context.Context) {
	if s.flags.Billing(ctx) {
		return
	}
	s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
}

// OnlyLogged says so and goes on.
func (s *store) OnlyLogged(ctx context.Context) {
	if !s.flags.Billing(ctx) {
		log.Print("off")
	}
	s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
}

// Fatal ends the program without the flag.
func (s *store) Fatal(ctx context.Context) {
	if !s.flags.Billing(ctx) {
		log.Fatal("off")
	}
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
}

// And asks for more.
func (s *store) And(ctx context.Context, n int) {
	if n > 0 && s.flags.Billing(ctx) {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if s.flags.Billing(ctx) && s.flags.Search(ctx) {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if !(s.flags.Billing(ctx) && n > 0) {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
		return
	}
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
}

// Or is content with less.
func (s *store) Or(ctx context.Context, n int) {
	if n > 0 || s.flags.Billing(ctx) {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
	if n == 0 || !s.flags.Billing(ctx) {
		return
	}
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
}

// Switch has cases that are conditions.
func (s *store) Switch(ctx context.Context, n int) {
	switch {
	case n > 0:
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	case s.flags.Billing(ctx):
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	default:
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}

// SwitchOfTheFlag has cases that are its values.
func (s *store) SwitchOfTheFlag(ctx context.Context) {
	switch s.flags.Billing(ctx) {
	case true:
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	case false:
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}

// Loop goes round behind the flag, and leaves without it.
func (s *store) Loop(ctx context.Context, ids []int64) {
	for _, id := range ids {
		if !s.flags.Billing(ctx) {
			continue
		}
		s.db.Query("SELECT channel FROM orders WHERE id = $1", id) // gated: orders.channel
	}
	for range ids {
		if s.flags.Billing(ctx) {
			break
		}
	}
	s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
}

// AnotherFlag is behind a flag that is not the migration's.
func (s *store) AnotherFlag(ctx context.Context) {
	if s.flags.Search(ctx) {
		s.db.Query("SELECT channel FROM orders") // mismatched-flag: orders.channel
	}
}

// NoFlag is behind something that is no flag at all.
func (s *store) NoFlag() {
	if s.flags.Loud() {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}

// FailsOpen is behind a flag that counts as on when nobody answers.
func (s *store) FailsOpen(ctx context.Context) {
	if s.flags.BillingUnlessKnown(ctx) {
		s.db.Query("SELECT channel FROM orders") // flag-fails-open: orders.channel
	}
	if s.flags.BillingUnlessKnown(ctx) && s.flags.Billing(ctx) {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
}

// Allowed is not behind a flag, for a reason.
func (s *store) Allowed() {
	//migracheck:allow ungated-use: only run by hand, after the migration
	s.db.Query("SELECT channel FROM orders") // allowed
}

// AllowedElsewhere has a reason that is not for this.
func (s *store) AllowedElsewhere() {
	s.db.Query("SELECT priority FROM orders") // ungated-use: orders.priority
}
