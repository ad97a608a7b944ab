package database

import (
	"embed"

	"maragu.dev/migrate"
)

//go:embed postgres/*.sql
var files embed.FS

var _ = migrate.Up
