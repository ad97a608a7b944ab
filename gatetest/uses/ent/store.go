// Package ent uses what the window adds by way of code that ent wrote.
package ent

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"

	"github.com/migracheck/migracheck/gatetest/uses/ent/db"
	"github.com/migracheck/migracheck/gatetest/uses/ent/db/order"
	"github.com/migracheck/migracheck/gatetest/uses/ent/db/refund"
	"github.com/migracheck/migracheck/gatetest/uses/ent/db/ticket"
)

type store struct {
	client *ent.Client
	flags  openfeature.IClient
}

// New is a store on a client.
func New(client *ent.Client, flags openfeature.IClient) *store {
	return &store{client: client, flags: flags}
}

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// All reads all columns of the schema, the new ones as well.
func (s *store) All(ctx context.Context) ([]*ent.Order, error) {
	if s.billing(ctx) {
		return s.client.Order.Query().All(ctx) // gated: orders.channel
	}
	return s.client.Order.Query().All(ctx) // ungated-use: orders.channel
}

// Tickets reads those of a table that stays as it is.
func (s *store) Tickets(ctx context.Context) ([]*ent.Ticket, error) {
	return s.client.Ticket.Query().Where(ticket.ChannelEQ("mail")).All(ctx) // released
}

// Select reads some columns.
func (s *store) Select(ctx context.Context) ([]string, error) {
	if s.billing(ctx) {
		return s.client.Order.Query().Select(order.FieldChannel).Strings(ctx) // gated: orders.channel
	}
	if statuses, err := s.client.Order.Query().Select(order.FieldStatus).Strings(ctx); err != nil { // released
		return statuses, err
	}
	return s.client.Order.Query().Select(order.FieldChannel).Strings(ctx) // ungated-use: orders.channel
}

// Where names a column in a condition.
func (s *store) Where(ctx context.Context) (int, error) {
	if n, err := s.client.Order.Query().Where(order.StatusEQ("open")).Count(ctx); err != nil { // released
		return n, err
	}
	if s.billing(ctx) {
		return s.client.Order.Query().Where(order.ChannelEQ("mail")).Count(ctx) // gated: orders.channel
	}
	return s.client.Order.Query().Where(order.ChannelEQ("mail")).Count(ctx) // ungated-use: orders.channel
}

// Create writes columns.
func (s *store) Create(ctx context.Context) error {
	if s.billing(ctx) {
		return s.client.Order.Create().SetCustomerID(1).SetStatus("open").SetChannel("mail").Exec(ctx) // gated: orders.channel
	}
	if err := s.client.Order.Create().SetCustomerID(1).SetStatus("open").Exec(ctx); err != nil { // released
		return err
	}
	return s.client.Order.Create().SetCustomerID(1).SetStatus("open").SetChannel("mail").Exec(ctx) // ungated-use: orders.channel
}

// Update writes a column.
func (s *store) Update(ctx context.Context) error {
	if err := s.client.Order.Update().SetStatus("closed").Exec(ctx); err != nil { // released
		return err
	}
	if s.billing(ctx) {
		return s.client.Order.Update().SetChannel("mail").Exec(ctx) // gated: orders.channel
	}
	return s.client.Order.Update().ClearChannel().Exec(ctx) // ungated-use: orders.channel
}

// Delete names a column in a condition.
func (s *store) Delete(ctx context.Context) (int, error) {
	if s.billing(ctx) {
		return s.client.Order.Delete().Where(order.ChannelIsNil()).Exec(ctx) // gated: orders.channel
	}
	return s.client.Order.Delete().Where(order.ChannelIsNil()).Exec(ctx) // ungated-use: orders.channel
}

// Table reads a new table.
func (s *store) Table(ctx context.Context) (int, error) {
	if s.billing(ctx) {
		return s.client.Refund.Query().Where(refund.OrderIDEQ(1)).Count(ctx) // gated: refunds
	}
	return s.client.Refund.Query().Where(refund.OrderIDEQ(1)).Count(ctx) // ungated-use: refunds
}

// Sorted names a column in an order.
func (s *store) Sorted(ctx context.Context) ([]int, error) {
	if s.billing(ctx) {
		return s.client.Order.Query().Order(order.ByChannel()).IDs(ctx) // gated: orders.channel
	}
	return s.client.Order.Query().Order(order.ByChannel()).IDs(ctx) // ungated-use: orders.channel
}

// One changes one row, and reads all its columns.
func (s *store) One(ctx context.Context, id int) (*ent.Order, error) {
	if s.billing(ctx) {
		return s.client.Order.UpdateOneID(id).SetStatus("closed").Save(ctx) // gated: orders.channel
	}
	return s.client.Order.UpdateOneID(id).SetStatus("closed").Save(ctx) // ungated-use: orders.channel
}

// Get reads all columns of one row.
func (s *store) Get(ctx context.Context, id int) (*ent.Order, error) {
	if s.billing(ctx) {
		return s.client.Order.Get(ctx, id) // gated: orders.channel
	}
	return s.client.Order.Get(ctx, id) // ungated-use: orders.channel
}
