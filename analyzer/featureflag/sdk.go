package featureflag

import "slices"

// SDKs are the checks of the clients that services for feature flags offer.
// Whole numbers and JSON as values of flags are not among them: which of them
// would mean "on" is the application's secret.
func SDKs() []Check {
	return slices.Concat(
		checks("(github.com/open-feature/go-sdk/openfeature.*).", []sdkCall{
			{method: "Boolean", key: 2, fallback: 3},
			{method: "BooleanValue", key: 2, fallback: 3},
			{method: "BooleanValueDetails", key: 2, fallback: 3, field: "Value"},
			{method: "String", key: 2, fallback: 3},
			{method: "StringValue", key: 2, fallback: 3},
			{method: "StringValueDetails", key: 2, fallback: 3, field: "Value"},
		}),
		checks("(github.com/launchdarkly/go-server-sdk.*).", launchDarkly),
		checks("(github.com/launchdarkly/go-server-sdk/interfaces.*).", launchDarkly),
		unleash("github.com/Unleash/unleash-client-go."),
		unleash("(github.com/Unleash/unleash-client-go.Client)."),
		flipt("(go.flipt.io/flipt/sdk/go.Evaluation).", "Boolean", "Variant"),
		flipt("(go.flipt.io/flipt-client.Client).", "EvaluateBoolean", "EvaluateVariant"),
		[]Check{
			{Name: "(github.com/growthbook/growthbook-golang.Client).EvalFeature", Key: Key{Argument: 2}, Field: "On", Off: "Off"},
			{Name: "(github.com/Flagsmith/flagsmith-go-client.Flags).IsFeatureEnabled", Key: Key{Argument: 1}},
			{Name: "(github.com/Flagsmith/flagsmith-go-client.Flags).GetFlag", Key: Key{Argument: 1}, Field: "Enabled"},
			{Name: "(github.com/splitio/go-client/splitio/client.SplitClient).Treatment", Key: Key{Argument: 2}, Variants: []string{"on"}},
			{Name: "(github.com/configcat/go-sdk.Client).GetBoolValue", Key: Key{Argument: 1}, Default: 2},
			{Name: "(github.com/configcat/go-sdk.Client).GetStringValue", Key: Key{Argument: 1}, Default: 2},
			{Name: "(github.com/configcat/go-sdk.BoolFlag).Get", Key: Key{Argument: 1, Declared: true}, Default: 2},
			{Name: "(github.com/optimizely/go-sdk/pkg/client.OptimizelyClient).IsFeatureEnabled", Key: Key{Argument: 1}},
			{Name: "(github.com/optimizely/go-sdk/pkg/client.OptimizelyUserContext).Decide", Key: Key{Argument: 1}, Field: "Enabled"},
		},
		checks("github.com/thomaspoignant/go-feature-flag.", goFeatureFlag),
		checks("(github.com/thomaspoignant/go-feature-flag.GoFeatureFlag).", goFeatureFlag),
		postHog("(github.com/posthog/posthog-go.Client)."),
		[]Check{{Name: "(github.com/posthog/posthog-go.FeatureFlagEvaluations).IsEnabled", Key: Key{Argument: 1}}},
		statsig("github.com/statsig-io/go-sdk."),
		statsig("(github.com/statsig-io/go-sdk.Client)."),
		checks("(github.com/devcyclehq/go-server-sdk.Client).", []sdkCall{
			{method: "VariableValue", key: 2, fallback: 3},
			{method: "Variable", key: 2, fallback: 3, field: "Value"},
		}),
	)
}

// An sdkCall is a method with a key and a default among its arguments.
type sdkCall struct {
	method        string
	key, fallback int
	field         string
}

var launchDarkly = []sdkCall{
	{method: "BoolVariation", key: 1, fallback: 3},
	{method: "BoolVariationCtx", key: 2, fallback: 4},
	{method: "BoolVariationDetail", key: 1, fallback: 3},
	{method: "BoolVariationDetailCtx", key: 2, fallback: 4},
	{method: "StringVariation", key: 1, fallback: 3},
	{method: "StringVariationCtx", key: 2, fallback: 4},
	{method: "StringVariationDetail", key: 1, fallback: 3},
	{method: "StringVariationDetailCtx", key: 2, fallback: 4},
}

var goFeatureFlag = []sdkCall{
	{method: "BoolVariation", key: 1, fallback: 3},
	{method: "BoolVariationDetails", key: 1, fallback: 3, field: "Value"},
	{method: "StringVariation", key: 1, fallback: 3},
	{method: "StringVariationDetails", key: 1, fallback: 3, field: "Value"},
}

// checks are the calls as checks, with what their names begin with.
func checks(prefix string, calls []sdkCall) []Check {
	var all []Check
	for _, c := range calls {
		all = append(all, Check{Name: prefix + c.method, Key: Key{Argument: c.key}, Default: c.fallback, Field: c.field})
	}
	return all
}

func unleash(prefix string) []Check {
	return []Check{
		{Name: prefix + "IsEnabled", Key: Key{Argument: 1}, Fallback: "WithFallback"},
		// That a variant is enabled says that the flag is; its name does not.
		{Name: prefix + "GetVariant", Key: Key{Argument: 1}, Field: "Enabled", Fallback: "WithVariantFallback"},
	}
}

func flipt(prefix, boolean, variant string) []Check {
	return []Check{
		{Name: prefix + boolean, Key: Key{Argument: 2, Field: "FlagKey"}, Field: "Enabled"},
		{Name: prefix + variant, Key: Key{Argument: 2, Field: "FlagKey"}, Field: "Match"},
	}
}

func postHog(prefix string) []Check {
	key := Key{Argument: 1, Field: "Key"}
	return []Check{
		{Name: prefix + "IsFeatureEnabled", Key: key},
		{Name: prefix + "GetFeatureFlag", Key: key},
		{Name: prefix + "GetFeatureFlagResult", Key: key, Field: "Enabled"},
	}
}

func statsig(prefix string) []Check {
	return []Check{
		{Name: prefix + "CheckGate", Key: Key{Argument: 2}},
		{Name: prefix + "GetGate", Key: Key{Argument: 2}, Field: "Value"},
	}
}
