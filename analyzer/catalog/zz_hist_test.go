package catalog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/source"
)

func TestZZHist(t *testing.T) {
	root := os.Getenv("HIST")
	var files []string
	filepath.Walk(root, func(p string, i os.FileInfo, err error) error {
		if strings.HasSuffix(p, ".sql") && !strings.Contains(p, "down.sql") && !strings.Contains(p, "fixtures") && !strings.Contains(p, "testdata") {
			files = append(files, p)
		}
		return nil
	})
	sort.Strings(files)
	c := catalog.New(os.Getenv("INCOMPLETE") == "")
	n := 0
	for _, f := range files {
		b, _ := os.ReadFile(f)
		text := string(b)
		for _, m := range []string{"-- +goose Down", "-- +migrate Down"} {
			if i := strings.Index(text, m); i >= 0 {
				text = text[:i]
			}
		}
		for _, st := range parser.Parse(source.NewFile(f, text).Whole()).Statements {
			if st.Err != nil {
				fmt.Println("PARSE", f, st.Err, st.Span.Text()[:min(80, len(st.Span.Text()))])
			}
			for _, op := range st.Ops {
				n++
				next, _, err := c.Apply(op)
				if err != nil {
					fmt.Printf("%s:%d %T cond=%v %v\n", filepath.Base(f), op.Span().From().Line, op, op.Facts().Conditional, err)
				}
				c = next
			}
		}
	}
	fmt.Println(root, len(files), "files", n, "ops")
}
