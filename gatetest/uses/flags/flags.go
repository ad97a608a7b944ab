// Package flags asks for feature flags on behalf of other packages.
package flags

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

// A Set is the flags of a request.
type Set struct {
	client openfeature.IClient
}

// Billing is whether the new billing is on.
func (s *Set) Billing(ctx context.Context) bool {
	return s.client.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// Search is whether the new search is on.
func (s *Set) Search(ctx context.Context) bool {
	return s.client.Boolean(ctx, "search", false, openfeature.EvaluationContext{})
}

// Try is Billing, and what went wrong.
func (s *Set) Try(ctx context.Context) (bool, error) {
	return s.client.BooleanValue(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// OldBilling is whether the new billing is off.
func (s *Set) OldBilling(ctx context.Context) bool {
	return !s.Billing(ctx)
}

// Both is whether both are on.
func (s *Set) Both(ctx context.Context) bool {
	return s.Billing(ctx) && s.Search(ctx)
}

// Any is whether one of them is on.
func (s *Set) Any(ctx context.Context) bool {
	return s.Billing(ctx) || s.Search(ctx)
}

// Enabled is whether a flag is on.
func (s *Set) Enabled(ctx context.Context, key string) bool {
	return s.client.Boolean(ctx, key, false, openfeature.EvaluationContext{})
}

// Loud is about something else.
func (s *Set) Loud() bool { return s.client != nil }

// Marked is a flag by its comment.
//
//migracheck:gate billing-v2
func Marked() bool { return marked }

var marked bool

// Variable is a flag by its comment.
//
//migracheck:gate billing-v2
var Variable bool

// Config holds flags.
type Config struct {
	//migracheck:gate billing-v2
	Billing bool
	Loud    bool
}

// BillingUnlessKnown is whether the new billing is on, or nobody knows.
func (s *Set) BillingUnlessKnown(ctx context.Context) bool {
	return s.client.Boolean(ctx, "billing-v2", true, openfeature.EvaluationContext{})
}

// Variant is which billing there is.
func (s *Set) Variant(ctx context.Context) string {
	return s.client.String(ctx, "billing-v2", "off", openfeature.EvaluationContext{})
}
