// Package launchdarkly asks LaunchDarkly for flags, in every way that it offers.
package launchdarkly

import (
	"context"
	"log"

	"github.com/launchdarkly/go-sdk-common/v3/ldcontext"
	ld "github.com/launchdarkly/go-server-sdk/v7"
	"github.com/launchdarkly/go-server-sdk/v7/interfaces"
)

func use(...any) bool { return true }

const key = "billing"

var user = ldcontext.New("1")

// Bool asks for a boolean.
func Bool(c *ld.LDClient, standard bool) {
	if on, _ := c.BoolVariation(key, user, false); on {
		use() // gated: billing
	}
	if on, _ := c.BoolVariation(key, user, true); on {
		use() // gated: billing!
	}
	if on, _ := c.BoolVariation(key, user, standard); on {
		use() // gated: billing!
	}
	on, err := c.BoolVariation(key, user, false)
	if err != nil {
		use() // ungated
		log.Print(err)
	}
	if on && standard {
		use() // gated: billing
	}
	if !on {
		use() // ungated
		return
	}
	use() // gated: billing
}

// BoolCtx asks with a context.
func BoolCtx(ctx context.Context, c *ld.LDClient) {
	if on, err := c.BoolVariationCtx(ctx, key, user, false); err == nil && on {
		use() // gated: billing
	}
	if on, err := c.BoolVariationCtx(ctx, key, user, true); err == nil && on {
		use() // gated: billing!
	}
	if on, err := c.BoolVariationCtx(ctx, key, user, false); err == nil || on {
		use() // ungated
	}
}

// Detail asks for a boolean and why it is so.
func Detail(ctx context.Context, c *ld.LDClient) {
	if on, why, _ := c.BoolVariationDetail(key, user, false); on && !why.IsDefaultValue() {
		use() // gated: billing
	}
	if _, why, _ := c.BoolVariationDetail(key, user, false); !why.IsDefaultValue() {
		use() // ungated
	}
	if on, _, _ := c.BoolVariationDetailCtx(ctx, key, user, false); on {
		use() // gated: billing
	}
	if on, _, _ := c.BoolVariationDetailCtx(ctx, key, user, true); on {
		use() // gated: billing!
	}
}

// String asks for a variant.
func String(ctx context.Context, c *ld.LDClient) {
	if v, _ := c.StringVariation(key, user, "off"); v == "on" {
		use() // gated: billing
	}
	if v, _ := c.StringVariation(key, user, "on"); v == "on" {
		use() // gated: billing!
	}
	switch v, _ := c.StringVariationCtx(ctx, key, user, "off"); v {
	case "on":
		use() // gated: billing
	case "off":
		use() // ungated
	default:
		use() // ungated
	}
	if v, _, err := c.StringVariationDetail(key, user, ""); err == nil && v == "enabled" {
		use() // gated: billing
	}
	if v, _, err := c.StringVariationDetailCtx(ctx, key, user, ""); err != nil || v != "on" {
		use() // ungated
		return
	}
	use() // gated: billing
}

// Number asks for a number, of which it is not known which means on.
func Number(c *ld.LDClient) {
	if n, _ := c.IntVariation(key, user, 0); n == 1 {
		use() // ungated
	}
}

// Interface asks by the interface of the client.
func Interface(c interfaces.LDClientInterface) {
	if on, _ := c.BoolVariation(key, user, false); on {
		use() // gated: billing
	}
	if on, _ := c.WithEventsDisabled(true).BoolVariation(key, user, true); on {
		use() // gated: billing!
	}
	if v, _ := c.StringVariation(key, user, ""); v == "on" {
		use() // gated: billing
	}
}

// Scoped asks a client that knows the context.
func Scoped(ctx context.Context, client *ld.LDClient) {
	c := ld.NewScopedClient(client, user)
	if on, _ := c.BoolVariation(key, false); on {
		use() // gated: billing
	}
	if on, _ := c.BoolVariation(key, true); on {
		use() // gated: billing!
	}
	if on, _ := c.BoolVariationCtx(ctx, key, false); on {
		use() // gated: billing
	}
	if on, _, _ := c.BoolVariationDetail(key, false); on {
		use() // gated: billing
	}
	if on, _, _ := c.BoolVariationDetailCtx(ctx, key, true); on {
		use() // gated: billing!
	}
	if v, _ := c.StringVariation(key, "off"); v == "on" {
		use() // gated: billing
	}
	if v, _ := c.StringVariationCtx(ctx, key, "on"); v == "on" {
		use() // gated: billing!
	}
	if on, _ := c.BoolVariation(key, false); !on {
		use() // ungated
	}
}

// flags wraps a client.
type flags struct {
	client *ld.LDClient
	on     bool
}

func (f *flags) enabled(key string) (bool, error) {
	return f.client.BoolVariation(key, user, false)
}

func newFlags(c *ld.LDClient) *flags {
	f := &flags{client: c}
	f.on, _ = f.enabled("billing")
	return f
}

// Wrapped asks by what wraps the client.
func Wrapped(c *ld.LDClient) {
	f := newFlags(c)
	if f.on {
		use() // gated: billing
	}
	if on, err := f.enabled("search"); err == nil && on {
		use() // gated: search
	} else {
		use() // ungated
	}
}
