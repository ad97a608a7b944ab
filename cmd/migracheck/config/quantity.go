package config

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/migracheck/migracheck/parser/pattern"
)

// units are those of PostgreSQL's time parameters.
// https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
var units = map[string]time.Duration{
	"us": time.Microsecond, "": time.Millisecond, "ms": time.Millisecond, "s": time.Second,
	"min": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

var timeForm = pattern.New(`^\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(us|ms|s|min|h|d)?\s*$`)

// longestTimeout is the greatest value of a timeout, in the server's unit.
const longestTimeout = (1<<31 - 1) * time.Millisecond

const noTime = "expected a time, such as 5s, 500ms, 1min or 1m30s; 0 is no limit"

// timeout reads a time as PostgreSQL does, or as Go writes it ("1m30s"). Like the
// server it rounds to milliseconds; what would become 0, which turns the
// timeout off, is refused. Wrong says why it is none.
func timeout(text string) (d time.Duration, wrong string) {
	switch m := timeForm.FindStringSubmatch(text); {
	case m != nil:
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil || n*float64(units[m[2]]) > float64(longestTimeout) {
			return 0, "this is more than PostgreSQL takes, 2147483647 ms"
		}
		d = time.Duration(n * float64(units[m[2]]))
	default:
		var err error
		if d, err = time.ParseDuration(strings.TrimSpace(text)); err != nil || d < 0 {
			return 0, noTime
		}
	}
	rounded := time.Duration(math.RoundToEven(float64(d)/float64(time.Millisecond))) * time.Millisecond
	switch {
	case d > 0 && rounded == 0:
		return 0, "this is less than a millisecond, which turns the limit off"
	case rounded > longestTimeout:
		return 0, "this is more than PostgreSQL takes, 2147483647 ms"
	}
	return rounded, ""
}

var sizeForm = pattern.New(`^\s*([0-9]{1,9})\s*(B|kB|MB|GB|TB)\s*$`)

// size reads a number of bytes with a unit of PostgreSQL, of which each is 1024
// times the one before.
func size(text string) (bytes int64, wrong string) {
	m := sizeForm.FindStringSubmatch(text)
	if m == nil {
		return 0, "expected a size, such as 16MB; the units are B, kB, MB, GB, TB"
	}
	bytes, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, "expected a size, such as 16MB"
	}
	for range map[string]int{"B": 0, "kB": 1, "MB": 2, "GB": 3, "TB": 4}[m[2]] {
		bytes *= 1024
	}
	return bytes, ""
}
