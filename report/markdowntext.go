package report

import (
	"html"
	"strings"
	"unicode"
)

// plainMarkdown is a text from outside within a line of Markdown. It makes no
// markup, no HTML, no formula and no link, and mentions nobody: what a host
// looks for after it has read the markup is parted by a space without width.
func plainMarkdown(text string) string {
	runes := []rune(limit(visible(text), markdownText))
	var b strings.Builder
	for i, r := range runes {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '$':
			b.WriteString("<span>$</span>")
		case '\\', '`', '*', '_', '[', ']', '|', '~', '^':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '@', '#', '!':
			b.WriteRune(r)
			if isNameRune(next) {
				b.WriteString(noWidth)
			}
		case ':':
			b.WriteRune(r)
			if next == '/' {
				b.WriteString(noWidth) // behind the scheme of an address
			}
		case '.':
			if i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www") {
				b.WriteString(noWidth)
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// noWidth is a space that takes none.
const noWidth = "&#8203;"

func isNameRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// codeSpan is a text from outside as code within a line.
func codeSpan(text string) string {
	text = limit(visible(text), markdownText)
	fence := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// fenced is a block of code, whose lines are visible already.
func fenced(language, text string) string {
	fence := strings.Repeat("`", max(longestRun(text)+1, 3))
	return fence + language + "\n" + text + "\n" + fence + "\n"
}

// longestRun is the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for i := range len(text) {
		run++
		if text[i] != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// inertLine keeps a line of code from being a command to a CI system, in whose
// log the report may be printed.
func inertLine(line string) string {
	if start := strings.TrimSpace(line); strings.HasPrefix(start, "::") || strings.HasPrefix(start, "##") {
		return "| " + line
	}
	return line
}

// htmlText is a text from outside within an HTML element.
func htmlText(text string) string {
	return html.EscapeString(limit(visible(text), markdownText))
}
