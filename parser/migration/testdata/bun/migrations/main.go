package migrations

import (
	"embed"

	"github.com/uptrace/bun/migrate"
)

// Migrations are the migrations.
var Migrations = migrate.NewMigrations()

//go:embed *.sql
var sqlMigrations embed.FS
