package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"
)

// A cell is what a terminal draws as one: a character with its accents, an
// emoji with its modifiers. start and end are its bytes in the original text.
type cell struct {
	start, end int
	text       string
	width      int
}

// tabStop is how far apart tab stops are.
const tabStop = 4

// cells cuts a text into what is drawn. Tabs become spaces; what would control
// the terminal, hide, or reverse the order of the text is made visible.
func cells(text string) []cell {
	all := make([]cell, 0, len(text))
	column := 0
	for g := graphemes.FromString(text); g.Next(); {
		c := cell{start: g.Start(), end: g.End()}
		switch value := g.Value(); {
		case value == "\t":
			c.width = tabStop - column%tabStop
			c.text = strings.Repeat(" ", c.width)
		case len(value) == 1 && value[0] >= ' ' && value[0] < 0x7f:
			c.text, c.width = value, 1
		default:
			alone := len(all) == 0 || all[len(all)-1].text != text[all[len(all)-1].start:all[len(all)-1].end]
			c.text = visibleCluster(value, alone && joins("x", value), joins(value, "x"))
			c.width = displaywidth.String(c.text)
		}
		// What follows a bracket may be one character with it.
		if value := g.Value(); value[0] == '[' && isServiceMessage(text[:c.start]) {
			c.text, c.width = " "+c.text, c.width+1
		}
		column += c.width
		all = append(all, c)
	}
	return all
}

// joins reports whether two clusters become one when one follows the other.
func joins(a, b string) bool {
	g := graphemes.FromString(a + b)
	return g.Next() && g.End() > len(a)
}

// isServiceMessage reports whether a bracket after this text would make it a
// command to a CI system, which some look for anywhere in a line: ##[group],
// ##vso[…], ##teamcity[…].
func isServiceMessage(before string) bool {
	return strings.HasSuffix(strings.TrimRight(before, "abcdefghijklmnopqrstuvwxyz"), "##")
}

// visible returns a text as it can be shown within one line.
func visible(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	for _, c := range cells(text) {
		b.WriteString(c.text)
	}
	return b.String()
}

// isPlain reports whether a text can be shown as it is, as most messages can: it
// is of ASCII and the ellipsis, which joins with nothing before it, and nothing
// of ASCII joins with what is before.
func isPlain(text string) bool {
	for _, r := range text {
		if (r < ' ' || r >= 0x7f || r == '[') && r != '…' {
			return false
		}
	}
	return true
}

// Lines returns a text as it can be printed line by line, where people or a CI
// system read: what is in it from outside, such as the name of a file, is no
// control sequence and no command.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = visible(line)
		if i > 0 && strings.HasPrefix(strings.TrimLeft(line, " "), "::") {
			line = "| " + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// visibleCluster returns one cluster with its runes made visible. So is the first
// where it would be drawn on what makes the character before visible, and the
// last where it would take in what comes next.
func visibleCluster(cluster string, first, last bool) string {
	var b strings.Builder
	for i, r := range cluster {
		switch {
		case first && i == 0 && r != utf8.RuneError, last && i+utf8.RuneLen(r) == len(cluster) && r != utf8.RuneError:
			fmt.Fprintf(&b, "<U+%04X>", r)
		case r == utf8.RuneError && !strings.HasPrefix(cluster[i:], "\ufffd"):
			fmt.Fprintf(&b, "<%02X>", cluster[i])
		case r < ' ':
			b.WriteRune('\u2400' + r) // the picture of the control character
		case r == 0x7f:
			b.WriteRune('\u2421')
		case r == zeroWidthJoiner && i > 0, isVariationSelector(r) && i > 0:
			b.WriteRune(r)
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

const zeroWidthJoiner = '\u200d'

// isVariationSelector reports whether r chooses between the forms of the
// character before it.
func isVariationSelector(r rune) bool { return r >= '\ufe00' && r <= '\ufe0f' }
