// Package statsig asks Statsig for gates, in every way that it offers.
package statsig

import statsig "github.com/statsig-io/go-sdk"

func use(...any) bool { return true }

const key = "billing"

var user = statsig.User{UserID: "1"}

// Check asks for a boolean.
func Check(c *statsig.Client, n int) {
	if statsig.CheckGate(user, key) {
		use() // gated: billing
	}
	if c.CheckGate(user, key) {
		use() // gated: billing
	} else {
		use() // ungated
	}
	if statsig.CheckGateWithExposureLoggingDisabled(user, key) {
		use() // gated: billing
	}
	if c.CheckGateWithExposureLoggingDisabled(user, key) && n > 0 {
		use() // gated: billing
	}
	if c.CheckGate(user, key) || n > 0 {
		use() // ungated
	}
	if !statsig.CheckGate(user, key) {
		use() // ungated
		return
	}
	use() // gated: billing
}

// Gate asks for a boolean and why it is so.
func Gate(c *statsig.Client) {
	if statsig.GetGate(user, key).Value {
		use() // gated: billing
	}
	gate := c.GetGate(user, key)
	if gate.Value {
		use() // gated: billing
	}
	if gate.RuleID != "" {
		use() // ungated
	}
	if c.GetGateWithExposureLoggingDisabled(user, key).Value {
		use() // gated: billing
	}
	if g := statsig.GetGateWithExposureLoggingDisabled(user, key); !g.Value {
		use() // ungated
	} else {
		use() // gated: billing
	}
}

// Config asks for an experiment, which is more than on and off.
func Config() {
	experiment := statsig.GetExperiment(user, key)
	if experiment.GetBool("on", false) {
		use() // ungated
	}
}

func enabled(gate string) bool { return statsig.CheckGate(user, gate) }

// Kept asks by a function, and keeps what it says.
func Kept() func() {
	on := enabled("search")
	if !on {
		return nil
	}
	return func() {
		use() // gated: search
	}
}
