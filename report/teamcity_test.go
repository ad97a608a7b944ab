package report

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/rules"
)

// The grammar of service messages: properties between quotes, in which nothing
// special stands without a bar before it.
const teamcityEscaped = `(?:[^|'\[\]\r\n]|\|[|'\[\]nr]|\|0x[0-9A-F]{4})*`

var (
	teamcityLine     = regexp.MustCompile(`^##teamcity\[([a-zA-Z]+)((?: [a-zA-Z]+='` + teamcityEscaped + `')+)\]$`)
	teamcityProperty = regexp.MustCompile(` ([a-zA-Z]+)='(` + teamcityEscaped + `)'`)
	teamcityEscape   = regexp.MustCompile(`\|(0x[0-9A-F]{4}|.)`)
)

func parseTeamCity(t testing.TB, line string) (name string, properties map[string]string) {
	t.Helper()
	match := teamcityLine.FindStringSubmatch(line)
	require.NotNil(t, match, "%q", line)
	properties = map[string]string{}
	for _, p := range teamcityProperty.FindAllStringSubmatch(match[2], -1) {
		var units []uint16
		last := 0
		for _, at := range teamcityEscape.FindAllStringSubmatchIndex(p[2], -1) {
			units = append(units, utf16.Encode([]rune(p[2][last:at[0]]))...)
			escape := p[2][at[2]:at[3]]
			switch {
			case len(escape) > 1:
				unit, err := strconv.ParseUint(escape[2:], 16, 16)
				require.NoError(t, err)
				units = append(units, uint16(unit))
			case escape == "n":
				units = append(units, '\n')
			case escape == "r":
				units = append(units, '\r')
			default:
				units = append(units, uint16(escape[0]))
			}
			last = at[1]
		}
		units = append(units, utf16.Encode([]rune(p[2][last:]))...)
		properties[p[1]] = string(utf16.Decode(units))
	}
	return match[1], properties
}

func TestTeamCity(t *testing.T) {
	for name, run := range samples(t) {
		t.Run(name, func(t *testing.T) {
			announced, found := map[string]bool{}, 0
			for line := range strings.Lines(string(write(t, TeamCity, run))) {
				name, p := parseTeamCity(t, strings.TrimSuffix(line, "\n"))
				switch name {
				case "inspectionType":
					assert.False(t, announced[p["id"]], "a rule is announced once")
					announced[p["id"]] = true
					for _, property := range []string{"id", "name", "description", "category"} {
						assert.NotEmpty(t, p[property], property)
					}
				case "inspection":
					assert.True(t, announced[p["typeId"]], "a rule is announced before its findings")
					assert.Contains(t, []string{"INFO", "ERROR", "WARNING", "WEAK WARNING"}, p["SEVERITY"])
					assert.NotEmpty(t, p["file"])
					assert.Regexp(t, `^[1-9]\d*$`, p["line"])
					found++
				default:
					assert.Equal(t, "message", name)
				}
			}
			assert.Len(t, run.findings(), found)
		})
	}
}

func TestTeamCityEscapes(t *testing.T) {
	h := newHistory(t)
	m := h.migration("a|b'[c]é🐘.sql", "DROP x;")
	s := h.statement(m, "DROP", "DROP x")
	h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Message: "it's |n [0] é🐘\r\n##teamcity[buildStop comment='x']"})
	lines := strings.Split(string(write(t, TeamCity, h.run)), "\n")
	_, p := parseTeamCity(t, lines[1])
	assert.Equal(t, "it's |n [0] é🐘␍␊##teamcity [buildStop comment='x']", p["message"])
	assert.Equal(t, "a|b'[c]é🐘.sql", p["file"])
	assert.NotRegexp(t, `[^\x20-\x7e]`, lines[1], "what an agent reads does not depend on its machine")
}

func TestTeamCityLimits(t *testing.T) {
	assert.Equal(t, "abc", escapeTeamCity("abc", 3))
	assert.Equal(t, "ab|0x2026", escapeTeamCity("abcd", 3))
	assert.Equal(t, "|||'|0x2026", escapeTeamCity("|'xx", 3), "escapes do not count")
	assert.Equal(t, "|0xD83D|0xDC18", escapeTeamCity("🐘", 2))
	assert.Equal(t, "a|0x2026", escapeTeamCity("a🐘b", 3), "half an elephant is none")
	h := newHistory(t)
	m := h.migration("a.sql", "DROP x;")
	h.found(h.statement(m, "DROP", "DROP x"), rules.Finding{Rule: dropColumn, At: h.at(m, "x"), Message: strings.Repeat("🐘", 5000)})
	_, p := parseTeamCity(t, strings.Split(string(write(t, TeamCity, h.run)), "\n")[1])
	assert.LessOrEqual(t, len(utf16.Encode([]rune(p["message"]))), 4000)
	assert.NotContains(t, p["message"], "\ufffd")
}
