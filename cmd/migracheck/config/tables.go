package config

import (
	"cmp"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/rules"
)

// tables is what the file says of tables.
type tables struct {
	large, hot, small []string
	rows              []pair[int]
	statistics        string
	thresholds
}

// thresholds turn numbers into words; 0 is the default.
type thresholds struct {
	// smallRows and smallBytes are the most that a small table has.
	smallRows  int
	smallBytes int64
	// hotPerMinute is the least use of a hot table.
	hotPerMinute int
}

// The thresholds by default. A table of 10,000 rows in 16 MB is read whole and
// even written anew in a fraction of a second; one that is used once a second
// has a request waiting behind every lock that lasts so long.
const (
	defaultSmallRows    = 10_000
	defaultSmallBytes   = 16 << 20
	defaultHotPerMinute = 60
)

func (t thresholds) settled() thresholds {
	return thresholds{
		smallRows:    cmp.Or(t.smallRows, defaultSmallRows),
		smallBytes:   cmp.Or(t.smallBytes, defaultSmallBytes),
		hotPerMinute: cmp.Or(t.hotPerMinute, defaultHotPerMinute),
	}
}

func tablesShape() shape[tables] {
	names := list(relation(), "tables", 0)
	bytes := judged(text(), func(_ *reader, s string) (int64, string) { return size(s) }).
		called("a size such as `16MB`", schema{"pattern": sizeForm.String()})
	return object(oneSize,
		of("statistics", path(), func(t *tables) *string { return &t.statistics },
			"A CSV or JSON file with what the server knows of its tables, [see below](#statistics)"),
		of("rows", pairs(relation(), number(0, anyNumber), "tables with their number of rows"), func(t *tables) *[]pair[int] { return &t.rows },
			"How many rows tables have, about"),
		of("small", names, func(t *tables) *[]string { return &t.small },
			"Tables that are read or written anew in no time"),
		of("large", names, func(t *tables) *[]string { return &t.large },
			"Tables that are not"),
		of("hot", names, func(t *tables) *[]string { return &t.hot },
			"Tables that are in use all the time, so that even a brief lock is felt"),
		of("small-rows", number(1, anyNumber), func(t *tables) *int { return &t.smallRows },
			"The most rows that a small table has, for rows and statistics; 10000 by default"),
		of("small-size", bytes, func(t *tables) *int64 { return &t.smallBytes },
			"The most space that a small table takes, with its indexes, for statistics; 16MB by default"),
		of("hot-per-minute", number(1, anyNumber), func(t *tables) *int { return &t.hotPerMinute },
			"From how many scans and written rows a minute a table is hot, for statistics; 60 by default"),
	)
}

// oneSize refuses a table in two lists that contradict each other.
func oneSize(r *reader, n *yaml.Node, _ *tables) {
	small, large := child(n, "small"), child(n, "large")
	if small == nil || large == nil {
		return
	}
	for _, a := range large.Content {
		for _, b := range small.Content {
			if a, b := resolve(a), resolve(b); a.Value == b.Value {
				r.fail(a, "table %q is among the small tables, too", a.Value)
			}
		}
	}
}

// know gathers what is known of tables: from the statistics, over them the
// numbers of rows, and over these what is called small, large and hot.
func (c *Config) know() error {
	limits := c.tables.settled()
	if c.tables.statistics != "" {
		known, err := readStatistics(c.tables.statistics)
		if err != nil {
			return err
		}
		for _, s := range known {
			c.Tables = append(c.Tables, s.table(limits))
		}
	}
	for _, row := range c.tables.rows {
		t := rules.Table{Name: row.name, Rows: int64(row.value), Size: rules.Large}
		if row.value <= limits.smallRows {
			t.Size = rules.Small
		}
		c.Tables = append(c.Tables, t)
	}
	for _, said := range []struct {
		names []string
		what  rules.Table
	}{
		{c.tables.small, rules.Table{Size: rules.Small}},
		{c.tables.large, rules.Table{Size: rules.Large}},
		{c.tables.hot, rules.Table{Hot: true}},
	} {
		for _, name := range said.names {
			t := said.what
			t.Name = name
			c.Tables = append(c.Tables, t)
		}
	}
	return nil
}
