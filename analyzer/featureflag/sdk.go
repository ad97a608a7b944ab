package featureflag

import "slices"

// SDKs are the checks of the clients that services for feature flags offer.
// Whole numbers and JSON as values of flags are not among them: which of them
// would mean "on" is the application's secret.
//
// They were read in OpenFeature 1.20, LaunchDarkly 7.14, Unleash 4.1, Flipt's
// sdk/go 1 and flipt-client 1, GrowthBook 0.7, Flagsmith 5.1, Split 6.8,
// ConfigCat 9.0, Optimizely 2.4, go-feature-flag 1, PostHog 1.23, Statsig 1.35
// and 2.5 and DevCycle 2.24.
func SDKs() []Check {
	return slices.Concat(
		checks("(github.com/open-feature/go-sdk/openfeature.Client).", openFeature),
		checks("(github.com/open-feature/go-sdk/openfeature.IClient).", openFeature),
		checks("(github.com/open-feature/go-sdk/pkg/openfeature.Client).", openFeature),
		checks("(github.com/open-feature/go-sdk/pkg/openfeature.IClient).", openFeature),
		checks("(github.com/launchdarkly/go-server-sdk.LDClient).", launchDarkly),
		checks("(github.com/launchdarkly/go-server-sdk.LDScopedClient).", launchDarklyScoped),
		checks("(github.com/launchdarkly/go-server-sdk/interfaces.*).", launchDarkly),
		checks("(gopkg.in/launchdarkly/go-server-sdk.LDClient).", launchDarkly),
		checks("(gopkg.in/launchdarkly/go-server-sdk/interfaces.*).", launchDarkly),
		unleash("github.com/Unleash/unleash-client-go."),
		unleash("(github.com/Unleash/unleash-client-go.Client)."),
		flipt("(go.flipt.io/flipt/sdk/go.Evaluation).", "Boolean", "Variant", "FlagKey"),
		flipt("(go.flipt.io/flipt/rpc/flipt/evaluation.EvaluationServiceClient).", "Boolean", "Variant", "FlagKey"),
		flipt("(go.flipt.io/flipt-client.Client).", "EvaluateBoolean", "EvaluateVariant", "FlagKey"),
		flipt("(go.flipt.io/flipt-client.EvaluationClient).", "EvaluateBoolean", "EvaluateVariant", ""),
		[]Check{
			{Name: "(github.com/growthbook/growthbook-golang.Client).EvalFeature", Key: Key{Argument: 2}, Field: "On", Off: "Off"},
			{Name: "(github.com/Flagsmith/flagsmith-go-client.Flags).IsFeatureEnabled", Key: Key{Argument: 1}},
			{Name: "(github.com/Flagsmith/flagsmith-go-client.Flags).GetFlag", Key: Key{Argument: 1}, Field: "Enabled"},
			{Name: "(github.com/splitio/go-client/splitio/client.SplitClient).Treatment", Key: Key{Argument: 2}, Variants: []string{"on"}},
			{Name: "(github.com/splitio/go-client/splitio/client.SplitClient).TreatmentWithConfig", Key: Key{Argument: 2}, Field: "Treatment", Variants: []string{"on"}},
			{Name: "(github.com/optimizely/go-sdk/pkg/client.OptimizelyClient).IsFeatureEnabled", Key: Key{Argument: 1}},
			{Name: "(github.com/optimizely/go-sdk/pkg/client.OptimizelyClient).GetAllFeatureVariablesWithDecision", Key: Key{Argument: 1}},
			{Name: "(github.com/optimizely/go-sdk/pkg/client.OptimizelyUserContext).Decide", Key: Key{Argument: 1}, Field: "Enabled"},
		},
		checks("(github.com/configcat/go-sdk.Client).", []sdkCall{
			{method: "GetBoolValue", key: 1, fallback: 2},
			{method: "GetBoolValueDetails", key: 1, fallback: 2, field: "Value"},
			{method: "GetStringValue", key: 1, fallback: 2},
			{method: "GetStringValueDetails", key: 1, fallback: 2, field: "Value"},
		}),
		configCatFlag("(github.com/configcat/go-sdk.BoolFlag)."),
		configCatFlag("(github.com/configcat/go-sdk.StringFlag)."),
		checks("github.com/thomaspoignant/go-feature-flag.", goFeatureFlag),
		checks("(github.com/thomaspoignant/go-feature-flag.GoFeatureFlag).", goFeatureFlag),
		postHog("(github.com/posthog/posthog-go.Client)."),
		[]Check{
			{Name: "(github.com/posthog/posthog-go.FeatureFlagEvaluations).IsEnabled", Key: Key{Argument: 1}},
			{Name: "(github.com/posthog/posthog-go.FeatureFlagEvaluations).GetFlag", Key: Key{Argument: 1}},
		},
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

var openFeature = []sdkCall{
	{method: "Boolean", key: 2, fallback: 3},
	{method: "BooleanValue", key: 2, fallback: 3},
	{method: "BooleanValueDetails", key: 2, fallback: 3, field: "Value"},
	{method: "String", key: 2, fallback: 3},
	{method: "StringValue", key: 2, fallback: 3},
	{method: "StringValueDetails", key: 2, fallback: 3, field: "Value"},
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

// launchDarklyScoped are the methods of a client that knows the context.
var launchDarklyScoped = []sdkCall{
	{method: "BoolVariation", key: 1, fallback: 2},
	{method: "BoolVariationCtx", key: 2, fallback: 3},
	{method: "BoolVariationDetail", key: 1, fallback: 2},
	{method: "BoolVariationDetailCtx", key: 2, fallback: 3},
	{method: "StringVariation", key: 1, fallback: 2},
	{method: "StringVariationCtx", key: 2, fallback: 3},
	{method: "StringVariationDetail", key: 1, fallback: 2},
	{method: "StringVariationDetailCtx", key: 2, fallback: 3},
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

// flipt are the methods of a client of Flipt, which take the key or a request
// with the key in a field.
func flipt(prefix, boolean, variant, field string) []Check {
	key := Key{Argument: 2, Field: field}
	return []Check{
		{Name: prefix + boolean, Key: key, Field: "Enabled"},
		{Name: prefix + variant, Key: key, Field: "Match"},
	}
}

// configCatFlag are the methods of a flag that was declared with its key.
func configCatFlag(prefix string) []Check {
	key := Key{Argument: 1, Declared: true}
	return []Check{
		{Name: prefix + "Get", Key: key, Default: 2},
		{Name: prefix + "GetValue", Key: key, Default: 2},
		{Name: prefix + "GetWithDetails", Key: key, Default: 2, Field: "Value"},
		{Name: prefix + "GetValueDetails", Key: key, Default: 2, Field: "Value"},
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
	key := Key{Argument: 2}
	return []Check{
		{Name: prefix + "CheckGate", Key: key},
		{Name: prefix + "CheckGateWithExposureLoggingDisabled", Key: key},
		{Name: prefix + "GetGate", Key: key, Field: "Value"},
		{Name: prefix + "GetGateWithExposureLoggingDisabled", Key: key, Field: "Value"},
	}
}
