package migrations

import _ "github.com/go-pg/migrations/v8"
