package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
)

func TestExcerpt(t *testing.T) {
	for _, test := range []struct {
		name, text, mark string
		columns          int
		want, marks      string
		more             string
	}{
		{name: "plain", text: "a DROP b;", mark: "DROP", want: "a DROP b;", marks: "  ^^^^"},
		{name: "tab", text: "\tDROP\tb", mark: "DROP\tb", want: "    DROP    b", marks: "    ^^^^^^^^^"},
		{name: "carriage return", text: "DROP b\r\n", mark: "DROP b\r\n", want: "DROP b", marks: "^^^^^^"},
		{name: "byte order mark", text: "\ufeffDROP b", mark: "DROP", want: "DROP b", marks: "^^^^"},
		{name: "byte order mark marked", text: "\ufeffDROP b", mark: "\ufeffDROP", want: "DROP b", marks: "^^^^"},
		{name: "wide before", text: "表🐘 DROP", mark: "DROP", want: "表🐘 DROP", marks: "     ^^^^"},
		{name: "wide within", text: "x 表🐘 y", mark: "表🐘", want: "x 表🐘 y", marks: "  ^^^^"},
		{name: "accent", text: "e\u0301 DROP", mark: "DROP", want: "e\u0301 DROP", marks: "  ^^^^"},
		{name: "two lines", text: "ALTER TABLE t  \n DROP b;", mark: "TABLE t  \n DROP b", want: "ALTER TABLE t  ", marks: "      ^^^^^^^", more: "… 1 more line"},
		{name: "many lines", text: "a\nb\nc\nd\n", mark: "a\nb\nc\nd\n", want: "a", marks: "^", more: "… 3 more lines"},
		{name: "nothing", text: "SELECT 1", mark: "", want: "SELECT 1", marks: "^"},
		{name: "cut right", text: "DROP bcdefghijklmnop", mark: "DROP", columns: 12, want: "DROP bcdef…", marks: "^^^^"},
		{name: "cut both", text: "0123456789012345 DROP 0123456789012345", mark: "DROP", columns: 14, want: "…345 DROP 012…", marks: "     ^^^^"},
		{name: "cut left", text: "0123456789012345678 DROP", mark: "DROP", columns: 12, want: "…45678 DROP", marks: "       ^^^^"},
		{name: "mark too long", text: "xy" + strings.Repeat("D", 90), mark: strings.Repeat("D", 90), columns: 12, want: "xyDDDDDDDD…", marks: "  ^^^^^^^^"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := source.NewFile("a.sql", test.text)
			start := strings.Index(test.text, test.mark)
			columns := test.columns
			if columns == 0 {
				columns = maxColumns
			}
			e, ok := newExcerpt(source.Span{File: file, Start: start, End: start + len(test.mark)}, columns)
			require.True(t, ok)
			assert.Equal(t, test.want, e.text)
			assert.Equal(t, test.marks, e.marks())
			assert.Equal(t, test.more, e.moreLines())
		})
	}
}

func TestExcerptOfBlankLine(t *testing.T) {
	_, ok := newExcerpt(source.NewFile("a.sql", "").Whole(), maxColumns)
	assert.False(t, ok)
}
