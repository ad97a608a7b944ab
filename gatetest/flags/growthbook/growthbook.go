// Package growthbook asks GrowthBook for features, in every way that it offers.
package growthbook

import (
	"context"
	"log"

	"github.com/growthbook/growthbook-golang"
)

func use(...any) bool { return true }

const key = "billing"

// On asks whether a feature is on.
func On(ctx context.Context, c *growthbook.Client) {
	if c.EvalFeature(ctx, key).On {
		use() // gated: billing
	}
	if !c.EvalFeature(ctx, key).On {
		use() // ungated
	} else {
		use() // gated: billing
	}
	if c.EvalFeature(ctx, key).Off {
		use() // ungated
		return
	}
	use() // gated: billing
}

// Result keeps the answer.
func Result(ctx context.Context, c *growthbook.Client, n int) {
	result := c.EvalFeature(ctx, key)
	if result == nil {
		use() // ungated
		return
	}
	if result.On && n > 0 {
		use() // gated: billing
	}
	if result.On || n > 0 {
		use() // ungated
	}
	switch {
	case result.Off:
		use() // ungated
	default:
		use() // gated: billing
	}
}

// Experiment asks for something else.
func Experiment(ctx context.Context, c *growthbook.Client) {
	if c.EvalFeature(ctx, key).InExperiment() {
		use() // ungated
	}
	if r := c.EvalFeature(ctx, key); r.Source == growthbook.ForceResultSource {
		use() // ungated
	}
}

// Child asks a client that was made for one user.
func Child(ctx context.Context, c *growthbook.Client, id, any string) error {
	child, err := c.WithAttributes(growthbook.Attributes{"id": id})
	if err != nil {
		return err
	}
	if child.EvalFeature(ctx, key).On {
		use() // gated: billing
	}
	if child.EvalFeature(ctx, any).On {
		use() // gated: ?
	}
	return nil
}

func enabled(ctx context.Context, c *growthbook.Client, feature string) bool {
	r := c.EvalFeature(ctx, feature)
	log.Print(feature, r)
	return r.On
}

// Wrapped asks by a function.
func Wrapped(ctx context.Context, c *growthbook.Client) {
	if enabled(ctx, c, "search") {
		use() // gated: search
	}
	if enabled(ctx, c, "search") && enabled(ctx, c, "billing") {
		use() // gated: billing search
	}
}
