// Package posthog asks PostHog for flags, in every way that it offers. A flag is
// an interface there: a boolean, or the name of a variant.
package posthog

import "github.com/posthog/posthog-go"

func use(...any) bool { return true }

const key = "billing"

// Enabled asks for a flag.
func Enabled(c posthog.Client) {
	on, err := c.IsFeatureEnabled(posthog.FeatureFlagPayload{Key: key, DistinctId: "1"})
	if err != nil {
		use() // ungated
		return
	}
	if on == true {
		use() // gated: billing
	}
	if on != true {
		use() // ungated
	} else {
		use() // gated: billing
	}
	if on != false {
		use() // ungated
	}
	if on != nil {
		use() // ungated
	}
}

// Asserted asks for a boolean.
func Asserted(c posthog.Client) {
	on, _ := c.IsFeatureEnabled(posthog.FeatureFlagPayload{Key: key, DistinctId: "1"})
	if v, ok := on.(bool); ok && v {
		use() // gated: billing
	}
	if _, ok := on.(bool); ok {
		use() // ungated
	}
	if v, _ := on.(bool); v {
		use() // gated: billing
	}
	if on.(bool) {
		use() // gated: billing
	}
}

// Variant asks for a variant.
func Variant(c posthog.Client) {
	payload := posthog.FeatureFlagPayload{DistinctId: "1"}
	payload.Key = key
	variant, err := c.GetFeatureFlag(payload)
	if err == nil && variant == "on" {
		use() // gated: billing
	}
	if err == nil && variant == "control" {
		use() // ungated
	}
	switch variant {
	case true:
		use() // gated: billing
	case "enabled":
		use() // gated: billing
	default:
		use() // ungated
	}
}

// Payload asks for a text that comes with the flag.
func Payload(c posthog.Client) {
	if text, err := c.GetFeatureFlagPayload(posthog.FeatureFlagPayload{Key: key}); err == nil && text == "on" {
		use() // ungated
	}
}

func enabled(c posthog.Client, flag, id string) bool {
	on, err := c.IsFeatureEnabled(posthog.FeatureFlagPayload{Key: flag, DistinctId: id})
	return err == nil && on == true
}

// Wrapped asks by a function.
func Wrapped(c posthog.Client, any string) {
	if enabled(c, "search", "1") {
		use() // gated: search
	}
	if enabled(c, any, "1") {
		use() // gated: ?
	}
	if !enabled(c, "search", "1") {
		use() // ungated
	}
}
