package shapes

import (
	"context"

	"github.com/migracheck/migracheck/gatetest/uses/flags"
)

// Variable keeps the flag.
func (s *store) Variable(ctx context.Context, n int) {
	on := s.flags.Billing(ctx)
	if on {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	both := on && n > 0
	if both {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	either := on || n > 0
	if either {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
	if n > 0 {
		on = true
	}
	if on {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}

// Failing asks and may fail.
func (s *store) Failing(ctx context.Context) error {
	on, err := s.flags.Try(ctx)
	if err == nil {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
	if err != nil || !on {
		return err
	}
	s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	return nil
}

// Kept raises a variable.
func (s *store) Kept(ctx context.Context) {
	on := false
	if v, err := s.flags.Try(ctx); err == nil {
		on = v
	}
	if on {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
}

type options struct {
	channel bool
	loud    bool
}

func (s *store) options(ctx context.Context) options {
	return options{channel: s.flags.Billing(ctx), loud: s.flags.Loud()}
}

// Field keeps the flag in a struct.
func (s *store) Field(ctx context.Context) {
	o := s.options(ctx)
	if o.channel {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if o.loud {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}

// Parameter hands the flag on.
func (s *store) Parameter(ctx context.Context) {
	s.channels(s.flags.Billing(ctx), true)
}

func (s *store) channels(on, loud bool) {
	if on {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if loud {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}

// Wrapped asks by functions of another package.
func (s *store) Wrapped(ctx context.Context) {
	if s.flags.Both(ctx) {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if s.flags.Any(ctx) {
		s.db.Query("SELECT channel FROM orders") // mismatched-flag: orders.channel
	}
	if s.flags.OldBilling(ctx) {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	} else {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
}

// Named hands over the flag's name.
func (s *store) Named(ctx context.Context) {
	if s.flags.Enabled(ctx, "billing-v2") {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if s.flags.Enabled(ctx, "search") {
		s.db.Query("SELECT channel FROM orders") // mismatched-flag: orders.channel
	}
}

// Marked asks what comments say are flags.
func (s *store) Marked(c flags.Config) {
	if flags.Marked() {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if flags.Variable {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if c.Billing {
		s.db.Query("SELECT channel FROM orders") // gated: orders.channel
	}
	if c.Loud {
		s.db.Query("SELECT channel FROM orders") // ungated-use: orders.channel
	}
}
