// Package gorm uses what the window adds by way of GORM.
package gorm

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type store struct {
	db    *gorm.DB
	flags openfeature.IClient
}

// New is a store on a database.
func New(db *gorm.DB, flags openfeature.IClient) *store { return &store{db: db, flags: flags} }

func (s *store) billing(ctx context.Context) bool {
	return s.flags.Boolean(ctx, "billing-v2", false, openfeature.EvaluationContext{})
}

// Order is the model of before.
type Order struct {
	ID         int64
	CustomerID int64
	Status     string
}

// ChannelOrder is the model of after.
type ChannelOrder struct {
	ID         int64
	CustomerID int64
	Medium     string `gorm:"column:channel"`
}

// TableName is the table's name.
func (ChannelOrder) TableName() string { return "orders" }

// Ticket has a column of the same name that was always there.
type Ticket struct {
	ID      int64
	Channel string
}

// Refund is a new table.
type Refund struct {
	ID      int64
	OrderID int64
}

// Where names a column in a condition.
func (s *store) Where(ctx context.Context) error {
	var all []Order
	if s.billing(ctx) {
		return s.db.Select("id").Where("priority > ?", 1).Find(&all).Error // gated: orders.priority
	}
	return s.db.Select("id").Where("priority > ?", 1).Find(&all).Error // ungated-use: orders.priority
}

// Tickets names one of another table.
func (s *store) Tickets(ctx context.Context) error {
	var all []Ticket
	return s.db.WithContext(ctx).Select("id").Where("priority > ?", 1).Find(&all).Error // released
}

// Select reads columns.
func (s *store) Select(ctx context.Context) error {
	var all []ChannelOrder
	if s.billing(ctx) {
		return s.db.Select("id", "channel").Find(&all).Error // gated: orders.channel
	}
	return s.db.Select("id", "channel").Find(&all).Error // ungated-use: orders.channel
}

// Find reads whatever columns there are.
func (s *store) Find(ctx context.Context) error {
	var all []Order
	return s.db.WithContext(ctx).Find(&all).Error // star
}

// Create writes the columns of the model.
func (s *store) Create(ctx context.Context) error {
	if err := s.db.Create(&Order{ID: 1}).Error; err != nil { // released
		return err
	}
	if s.billing(ctx) {
		return s.db.Create(&ChannelOrder{ID: 1, Medium: "mail"}).Error // gated: orders.channel
	}
	return s.db.Create(&ChannelOrder{ID: 1, Medium: "mail"}).Error // ungated-use: orders.channel
}

// Omit leaves the new column out.
func (s *store) Omit() error {
	return s.db.Omit("channel").Create(&ChannelOrder{ID: 1}).Error // released
}

// Save writes the columns of the model.
func (s *store) Save(ctx context.Context, o *ChannelOrder) error {
	if s.billing(ctx) {
		return s.db.Save(o).Error // gated: orders.channel
	}
	return s.db.Save(o).Error // ungated-use: orders.channel
}

// Update writes a column.
func (s *store) Update(ctx context.Context) error {
	if s.billing(ctx) {
		return s.db.Model(&Order{}).Where("id = 1").Update("channel", "mail").Error // gated: orders.channel
	}
	return s.db.Model(&Order{}).Where("id = 1").Update("channel", "mail").Error // ungated-use: orders.channel
}

// Updates writes the columns of a map.
func (s *store) Updates(ctx context.Context) error {
	if s.billing(ctx) {
		return s.db.Model(&Order{}).Where("id = 1").Updates(map[string]any{"priority": 1}).Error // gated: orders.priority
	}
	return s.db.Model(&Order{}).Where("id = 1").Updates(map[string]any{"priority": 1}).Error // ungated-use: orders.priority
}

// Delete writes a new table.
func (s *store) Delete(ctx context.Context) error {
	if s.billing(ctx) {
		return s.db.Delete(&Refund{}, 1).Error // gated: refunds
	}
	return s.db.Delete(&Refund{}, 1).Error // ungated-use: refunds
}

// Raw sends a text.
func (s *store) Raw(ctx context.Context) error {
	var channels []string
	if s.billing(ctx) {
		return s.db.Raw("SELECT channel FROM orders").Scan(&channels).Error // gated: orders.channel
	}
	return s.db.Raw("SELECT channel FROM orders").Scan(&channels).Error // ungated-use: orders.channel
}

// Exec sends a statement.
func (s *store) Exec(ctx context.Context) error {
	if s.billing(ctx) {
		return s.db.Exec("UPDATE orders SET channel = ?", "mail").Error // gated: orders.channel
	}
	return s.db.Exec("UPDATE orders SET channel = ?", "mail").Error // ungated-use: orders.channel
}

// Transaction writes in a transaction that the flag guards.
func (s *store) Transaction(ctx context.Context) error {
	if !s.billing(ctx) {
		return nil
	}
	return s.db.Transaction(func(tx *gorm.DB) error {
		return tx.Exec("UPDATE orders SET channel = ?", "mail").Error // gated: orders.channel
	})
}

// Pluck reads one column.
func (s *store) Pluck(ctx context.Context) error {
	var channels []string
	if s.billing(ctx) {
		return s.db.Model(&Order{}).Pluck("channel", &channels).Error // gated: orders.channel
	}
	return s.db.Model(&Order{}).Pluck("channel", &channels).Error // ungated-use: orders.channel
}

// Sorted names a column in an order.
func (s *store) Sorted(ctx context.Context) error {
	var ids []int64
	if s.billing(ctx) {
		return s.db.Model(&Order{}).Order("channel").Pluck("id", &ids).Error // gated: orders.channel
	}
	return s.db.Model(&Order{}).Order("channel").Pluck("id", &ids).Error // ungated-use: orders.channel
}

// Branch adds a condition under the flag.
func (s *store) Branch(ctx context.Context) error {
	query := s.db.Model(&Order{}).Where("status = ?", "open")
	if s.billing(ctx) {
		query = query.Where("channel = ?", "mail")
	}
	var n int64
	return query.Count(&n).Error // gated: orders.channel
}

// Generics asks with a type for an argument.
func (s *store) Generics(ctx context.Context) error {
	if s.billing(ctx) {
		_, err := gorm.G[Order](s.db).Select("id").Where("channel = ?", "mail").Find(ctx) // not seen: orders.channel
		return err
	}
	_, err := gorm.G[Order](s.db).Select("id").Where("channel = ?", "mail").Find(ctx) // not seen: orders.channel
	return err
}

// Conflict writes a column where there is a row.
func (s *store) Conflict(ctx context.Context) error {
	conflict := clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"channel"})}
	if s.billing(ctx) {
		return s.db.Clauses(conflict).Create(&Order{ID: 1}).Error // not seen: orders.channel
	}
	return s.db.Clauses(conflict).Create(&Order{ID: 1}).Error // not seen: orders.channel
}

// First has a condition among its arguments.
func (s *store) First(ctx context.Context) error {
	var one Order
	if s.billing(ctx) {
		return s.db.Select("id").First(&one, "channel = ?", "mail").Error // gated: orders.channel
	}
	return s.db.Select("id").First(&one, "channel = ?", "mail").Error // ungated-use: orders.channel
}

// Struct writes the columns of a model that are set.
func (s *store) Struct(ctx context.Context) error {
	if s.billing(ctx) {
		return s.db.Where("id = 1").Updates(&ChannelOrder{Medium: "mail"}).Error // gated: orders.channel
	}
	return s.db.Where("id = 1").Updates(&ChannelOrder{Medium: "mail"}).Error // ungated-use: orders.channel
}
