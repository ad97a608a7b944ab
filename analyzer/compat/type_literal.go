package compat

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/pattern"
)

// An answer is whether a type takes the text of a constant.
type answer uint8

const (
	accepted answer = iota
	refused
	unsure
)

// takesText returns the SQLSTATE with which a type refuses a text, where it does.
// What its input function is not known well enough for is unsure.
func (k *checker) takesText(text string, to dataType) (sqlstate string, a answer) {
	base := k.base(to)
	if d := k.c.TypeByOID(to.def); base != to && (d == nil || len(d.Constraints) > 0 || d.NotNull) {
		return "", unsure // the domain has its say
	}
	switch {
	case base.array:
		return k.readArray(text, base.element())
	case base.def != 0:
		d := k.c.TypeByOID(base.def)
		if d == nil || d.Kind != catalog.Enum || d.Assumed {
			return "", unsure
		}
		return orRefused(invalidText, slices.Contains(d.Labels, text))
	case base.assumed:
		return "", unsure
	}
	text, plain := strings.TrimSpace(text), text
	switch base.name {
	case "text", "varchar", "bpchar", "name", "any", "cstring", "refcursor":
		return "", accepted
	case "int2", "int4", "int8":
		return readInteger(text, base.name)
	case "numeric", "float4", "float8":
		return readNumber(text)
	case "bool":
		return orRefused(invalidText, readBoolean(text))
	case "uuid":
		return orRefused(invalidText, uuidText.MatchString(plain))
	case "json", "jsonb":
		if !utf8.ValidString(text) || strings.Contains(text, `\u`) {
			return "", unsure
		}
		return orRefused(invalidText, json.Valid([]byte(text)))
	case "date", "timestamp", "timestamptz":
		return readTime(text)
	case "bytea":
		if rest, hex := strings.CutPrefix(plain, `\x`); hex {
			return orRefused(invalidText, hexText.MatchString(rest))
		}
		return orUnsure(!strings.Contains(plain, `\`))
	case "inet", "cidr":
		if strings.Trim(text, "0123456789.:/abcdefABCDEF") != "" || text == "" {
			return invalidText, refused
		}
		return orUnsure(base.name == "inet" && ipText.MatchString(text))
	case "interval":
		if strings.ContainsAny(text, "0123456789") || text == "" {
			return orUnsure(intervalText.MatchString(text))
		}
		return orRefused(invalidDatetime, slices.Contains([]string{"infinity", "-infinity", "+infinity"}, strings.ToLower(text)))
	}
	return "", unsure
}

var (
	uuidText     = pattern.New(`^(?i:\{?[0-9a-f]{4}(-?[0-9a-f]{4}){7}\}?)$`)
	hexText      = pattern.New(`^\s*([0-9a-fA-F]{2}\s*)*$`)
	ipText       = pattern.New(`^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}(/(3[0-2]|[12]?\d))?$`)
	intervalText = pattern.New(`^(?i:[+-]?\d{1,6} *(microsecond|millisecond|second|sec|minute|min|hour|day|week|month|year|decade|century)s?( +|$))+$`)
	numberText   = pattern.New(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$`)
	dateText     = pattern.New(`^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?)?$`)
)

func orRefused(sqlstate string, good bool) (string, answer) {
	if good {
		return "", accepted
	}
	return sqlstate, refused
}

func orUnsure(good bool) (string, answer) {
	if good {
		return "", accepted
	}
	return "", unsure
}

func readInteger(text, name string) (string, answer) {
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 10, 64)
	switch {
	case err == nil:
		bits := map[string]uint{"int2": 15, "int4": 31, "int8": 63}[name]
		return orRefused(numberOutOfRange, n>>bits == 0 || n>>bits == -1)
	case readsAsInteger(text):
		return "", unsure // 0x1F, 1_000, or too many digits
	}
	return invalidText, refused
}

func readNumber(text string) (string, answer) {
	if numberText.MatchString(text) {
		return "", accepted
	}
	word := strings.TrimLeft(strings.ToLower(text), "+-")
	if slices.Contains([]string{"nan", "inf", "infinity"}, word) {
		return "", unsure // up to 13, a numeric is not infinite
	}
	if word != "" && word[0] >= '0' && word[0] <= '9' && strings.Trim(word, "0123456789abcdefxo_+-.") == "" {
		return "", unsure
	}
	return invalidText, refused
}

func readBoolean(text string) bool {
	text = strings.ToLower(text)
	if text == "" || text == "o" {
		return false
	}
	return slices.ContainsFunc([]string{"true", "false", "yes", "no"}, func(w string) bool { return strings.HasPrefix(w, text) }) ||
		slices.Contains([]string{"on", "of", "off", "1", "0"}, text)
}

func readTime(text string) (string, answer) {
	if dateText.MatchString(text) {
		if _, err := time.Parse(time.DateOnly, text[:len(time.DateOnly)]); err != nil {
			return datetimeOutOfRange, refused
		}
		return orUnsure(len(text) < 13 || text[11:13] < "24" && text[14:16] < "60")
	}
	if strings.ContainsAny(text, "0123456789") {
		return "", unsure
	}
	switch strings.ToLower(text) {
	case "now", "today", "tomorrow", "yesterday", "epoch", "infinity", "-infinity":
		return "", accepted
	case "", "allballs":
		return "", unsure
	}
	if strings.Contains(text, " ") || len(text) > 8 {
		return invalidDatetime, refused
	}
	return "", unsure
}

// readArray reads an array of one dimension without quotes.
func (k *checker) readArray(text string, element dataType) (string, answer) {
	text = strings.TrimSpace(text)
	switch {
	case text == "{}":
		return "", accepted
	case !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "["):
		return invalidText, refused
	case len(text) < 2 || !strings.HasSuffix(text, "}") || strings.ContainsAny(text[1:len(text)-1], `{}"\\`) || text[0] != '{':
		return "", unsure
	}
	for item := range strings.SplitSeq(text[1:len(text)-1], ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			return "", unsure
		}
		if strings.EqualFold(item, "null") {
			continue
		}
		if code, a := k.takesText(item, element); a != accepted {
			return code, a
		}
	}
	return "", accepted
}
