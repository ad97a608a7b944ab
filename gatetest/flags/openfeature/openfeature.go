// Package openfeature asks OpenFeature for flags, in every way that it offers.
package openfeature

import (
	"context"
	"log"
	"net/http"

	"github.com/open-feature/go-sdk/openfeature"
)

func use(...any) bool { return true }

const key = "billing"

var user = openfeature.NewEvaluationContext("1", nil)

// Boolean asks for a boolean.
func Boolean(ctx context.Context, c *openfeature.Client, standard, unknown bool, any string) {
	if c.Boolean(ctx, key, false, user) {
		use() // gated: billing
	}
	if !c.Boolean(ctx, key, false, user) {
		use() // ungated
	} else {
		use() // gated: billing
	}
	if c.Boolean(ctx, key, true, user) {
		use() // gated: billing!
	}
	if c.Boolean(ctx, key, unknown, user, openfeature.WithHooks()) {
		use() // gated: billing!
	}
	if c.Boolean(ctx, any, false, user) {
		use() // gated: ?
	}
	if c.Boolean(ctx, key, false, user) && standard {
		use() // gated: billing
	}
	if c.Boolean(ctx, key, false, user) || standard {
		use() // ungated
	}
}

// Value asks for a boolean and may fail.
func Value(ctx context.Context, c *openfeature.Client) error {
	on, err := c.BooleanValue(ctx, key, false, user)
	if err == nil {
		use() // ungated
	}
	if err != nil {
		return err
	}
	if on {
		use() // gated: billing
	}
	if !on {
		use() // ungated
		return nil
	}
	use() // gated: billing
	return nil
}

// Details asks for a boolean and why it is so.
func Details(ctx context.Context, c *openfeature.Client) {
	if d, err := c.BooleanValueDetails(ctx, key, false, user); err == nil && d.Value {
		use() // gated: billing
	}
	if d, _ := c.BooleanValueDetails(ctx, key, true, user); d.Value {
		use() // gated: billing!
	}
	d, err := c.BooleanValueDetails(ctx, key, false, user)
	if err != nil || !d.Value {
		log.Print(d)
		use() // ungated
		return
	}
	use() // gated: billing
}

// Logged says what is in a struct within the answer, which does not change it.
func Logged(ctx context.Context, c *openfeature.Client) {
	if d, _ := c.BooleanValueDetails(ctx, key, false, user); d.Value {
		log.Print(d.FlagKey, d.Reason)
		use() // gated: billing
	}
}

// Reason asks for the reason only.
func Reason(ctx context.Context, c *openfeature.Client) {
	if d, _ := c.BooleanValueDetails(ctx, key, false, user); d.Variant == "on" {
		use() // ungated
	}
}

// Changed overwrites the answer.
func Changed(ctx context.Context, c *openfeature.Client) {
	d, _ := c.BooleanValueDetails(ctx, key, false, user)
	d.Value = true
	if d.Value {
		use() // ungated
	}
}

// String asks for a variant.
func String(ctx context.Context, c *openfeature.Client) {
	if c.String(ctx, key, "off", user) == "on" {
		use() // gated: billing
	}
	if c.String(ctx, key, "on", user) == "on" {
		use() // gated: billing!
	}
	if c.String(ctx, key, "off", user) != "off" {
		use() // ungated
	}
	switch v, _ := c.StringValue(ctx, key, "off", user); v {
	case "on", "enabled":
		use() // gated: billing
	case "treatment":
		use() // ungated
	}
	if d, err := c.StringValueDetails(ctx, key, "off", user); err == nil && d.Value == "on" {
		use() // gated: billing
	}
	if n, _ := c.IntValue(ctx, key, 0, user); n == 1 {
		use() // ungated
	}
}

// A Server keeps a client as an interface.
type Server struct {
	flags openfeature.IClient
}

// NewServer is a server with a client of its own.
func NewServer() *Server {
	return &Server{flags: openfeature.NewClient("server")}
}

func (s *Server) enabled(ctx context.Context, flag string) bool {
	on, err := s.flags.BooleanValue(ctx, flag, false, user)
	if err != nil {
		log.Print(err)
		return false
	}
	return on
}

func (s *Server) billing(ctx context.Context) bool { return s.enabled(ctx, "billing") }

// ServeHTTP asks by wrappers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if s.flags.Boolean(ctx, key, false, user) {
		use() // gated: billing
	}
	if s.enabled(ctx, "search") {
		use() // gated: search
	}
	if !s.billing(ctx) {
		w.WriteHeader(http.StatusNotFound)
		use() // ungated
		return
	}
	use() // gated: billing
	func() {
		use() // gated: billing
	}()
	go func() {
		use() // gated: billing
	}()
}

// Handler makes a handler behind a flag.
func (s *Server) Handler(ctx context.Context) http.HandlerFunc {
	if on := s.billing(ctx); on {
		return func(http.ResponseWriter, *http.Request) {
			use() // gated: billing
		}
	}
	return func(http.ResponseWriter, *http.Request) {
		use() // ungated
	}
}
