package queries_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/queries"
)

func TestValues(t *testing.T) {
	all := []queries.Value{{Name: "id", Type: "int64"}, {Name: "UserName", Loose: true, Type: "string"}, {Name: "odd name:~%20"}, {Type: "time.Time"}}
	text := queries.ListOf(all)
	assert.Equal(t, queries.Values("id:int64 UserName~:string odd%20name%3A%7E%2520: :time.Time"), text)
	assert.Equal(t, all, text.All())
	assert.Empty(t, queries.ListOf(nil).All())
	assert.Equal(t, []queries.Value{{Name: "a"}}, queries.Values("nothing a:").All())
}

func TestValue(t *testing.T) {
	for _, test := range []struct {
		value       queries.Value
		column      string
		names, null bool
	}{
		{queries.Value{Name: "user_id", Type: "int64"}, "user_id", true, false},
		{queries.Value{Name: "userid", Type: "[]byte"}, "user_id", false, true},
		{queries.Value{Name: "UserID", Loose: true}, "user_id", true, true},
		{queries.Value{Name: "User", Loose: true, Type: "string"}, "user_id", false, false},
	} {
		assert.Equal(t, test.names, test.value.Names(test.column), test)
		assert.Equal(t, test.null, test.value.TakesNull(), test)
	}
}
