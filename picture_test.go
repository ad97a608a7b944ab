package migracheck_test

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pictureCommand is what the picture shows, and what README.md tells to run.
const pictureCommand = "migracheck --from 0010 testdata/demo/migrations"

// TestPicture holds docs/demo.svg to what the tool prints on a terminal.
func TestPicture(t *testing.T) {
	const file = "docs/demo.svg"
	args := append([]string{"--color", "always"}, strings.Fields(pictureCommand)[1:]...)
	want := draw(pictureCommand, excerptOf(output(t, args...)))
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
		return
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, want, string(got), "make golden brings %s up to date", file)
}

// escape matches what changes the style of a terminal.
var escape = regexp.MustCompile("\x1b\\[([0-9]+)m")

// excerptOf is excerpt of lines with colours: which are shown is decided by
// those without.
func excerptOf(colored string) []string {
	all := strings.Split(strings.TrimSuffix(colored, "\n"), "\n")
	var excerpted []string
	next := 0
	for _, line := range strings.Split(strings.TrimSuffix(excerpt(escape.ReplaceAllString(colored, "")), "\n"), "\n") {
		if line == "…" {
			excerpted = append(excerpted, "\x1b[2m…\x1b[0m")
			continue
		}
		for line != "" && escape.ReplaceAllString(all[next], "") != line {
			next++
		}
		if line == "" {
			excerpted = append(excerpted, "")
			continue
		}
		excerpted = append(excerpted, all[next])
		next++
	}
	return excerpted
}

const (
	pictureColumns = 104
	cellWidth      = 7.8 // of a font of 13 px
	lineHeight     = 18
	margin         = 20
)

// A run is characters of one style.
type run struct{ style, text string }

// styles are the classes of the picture by the numbers of a terminal.
var styles = map[string]string{"0": "", "1": "b", "2": "d", "31": "r", "33": "y", "36": "c"}

// draw shows lines as a terminal would, light or dark as the reader wants it.
// Where a character stands is fixed, whatever font there is.
func draw(command string, lines []string) string {
	rows := [][]run{{{"d", "$ "}, {"b", command}}, {}}
	for _, line := range lines {
		rows = append(rows, wrap(runs(line))...)
	}
	var b strings.Builder
	height := 2*margin + lineHeight*len(rows)
	width := 2*margin + pictureColumns*cellWidth
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]g" height="%[2]d" viewBox="0 0 %[1]g %[2]d" role="img" aria-label="What %[3]s prints">
<style>
:root { --bg: #ffffff; --fg: #1f2328; --dim: #6e7781; --red: #b3261e; --yellow: #7a5200; --cyan: #0b5a8a; --line: #d1d9e0; }
@media (prefers-color-scheme: dark) { :root { --bg: #0f141a; --fg: #e3e8ee; --dim: #8b97a3; --red: #ff9a91; --yellow: #f0c566; --cyan: #8cc8f5; --line: #313a45; } }
rect { fill: var(--bg); stroke: var(--line); }
text { fill: var(--fg); font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; white-space: pre; }
.b { font-weight: 700; } .d { fill: var(--dim); } .r { fill: var(--red); font-weight: 700; } .y { fill: var(--yellow); font-weight: 700; } .c { fill: var(--cyan); font-weight: 700; }
</style>
<rect x="0.5" y="0.5" width="%[4]g" height="%[5]d" rx="8"/>
`, width, height, html.EscapeString(command), width-1, height-1)
	for i, row := range rows {
		column := 0
		for _, r := range row {
			length := utf8.RuneCountInString(r.text)
			text := strings.Trim(r.text, " ")
			if text != "" {
				at := column + length - utf8.RuneCountInString(strings.TrimLeft(r.text, " "))
				fmt.Fprintf(&b, `<text x="%.1f" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
					margin+float64(at)*cellWidth, margin+lineHeight*i+13, float64(utf8.RuneCountInString(text))*cellWidth, class(r.style), html.EscapeString(text))
			}
			column += length
		}
	}
	return b.String() + "</svg>\n"
}

func class(style string) string {
	if style == "" {
		return ""
	}
	return ` class="` + style + `"`
}

// runs parts a line where its style changes.
func runs(line string) []run {
	var all []run
	style, end := "", 0
	for _, at := range escape.FindAllStringSubmatchIndex(line, -1) {
		if at[0] > end {
			all = append(all, run{style, line[end:at[0]]})
		}
		style, end = styles[line[at[2]:at[3]]], at[1]
	}
	if end < len(line) {
		all = append(all, run{style, line[end:]})
	}
	return all
}

// wrap breaks a line between words. What goes on is indented as far as the text
// of its first row.
func wrap(line []run) [][]run {
	rows := [][]run{{}}
	column, indent := 0, 0
	for i, r := range line {
		if i == 1 && strings.HasSuffix(strings.TrimSpace(line[0].text), "=") {
			indent = column + 1
		}
		for _, word := range strings.SplitAfter(r.text, " ") {
			length := utf8.RuneCountInString(strings.TrimRight(word, " "))
			if column+length > pictureColumns && column > indent {
				rows = append(rows, []run{{"", strings.Repeat(" ", indent)}})
				column = indent
			}
			last := &rows[len(rows)-1]
			*last = append(*last, run{r.style, word})
			column += utf8.RuneCountInString(word)
		}
	}
	for i := range rows {
		rows[i] = joined(rows[i])
	}
	return rows
}

// joined puts characters of one style together.
func joined(row []run) []run {
	var all []run
	for _, r := range row {
		if last := len(all) - 1; last >= 0 && all[last].style == r.style {
			all[last].text += r.text
			continue
		}
		all = append(all, r)
	}
	return all
}

func TestWrap(t *testing.T) {
	line := runs("\x1b[2m   =\x1b[0m help: " + strings.Repeat("word ", 25) + "\x1b[31mend\x1b[0m")
	rows := wrap(line)
	require.Len(t, rows, 2)
	assert.Equal(t, run{"d", "   ="}, rows[0][0])
	assert.True(t, strings.HasPrefix(rows[1][0].text, "     word "))
	assert.Equal(t, run{"r", "end"}, rows[1][len(rows[1])-1])
	for _, row := range rows {
		length := 0
		for _, r := range row {
			length += utf8.RuneCountInString(r.text)
		}
		assert.LessOrEqual(t, length, pictureColumns+1)
	}
}
