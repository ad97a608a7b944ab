package report

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/rules"
)

// Fingerprints returns an identity for each finding: a hash of the rule, the
// object concerned and the statement's text without its layout and comments.
// It survives edits elsewhere in the file and renames of the file, and is
// unique within the run: among findings alike, it counts.
func Fingerprints(findings []rules.Finding) []string {
	prints := make([]string, len(findings))
	seen := map[string]int{}
	for i, key := range contents(findings) {
		seen[key]++
		prints[i] = hash(key + "\x00" + strconv.Itoa(seen[key]))
	}
	return prints
}

// fingerprintLength is the number of digits.
const fingerprintLength = 32

// contentPrints returns for each finding the fingerprint of the first one like
// it, which depends on no other finding.
func contentPrints(findings []rules.Finding) []string {
	prints := contents(findings)
	for i, key := range prints {
		prints[i] = hash(key + "\x001")
	}
	return prints
}

// contents returns what findings are about, wherever that stands.
func contents(findings []rules.Finding) []string {
	keys := make([]string, len(findings))
	texts := map[*ddl.Statement]string{}
	for i := range findings {
		f := &findings[i]
		keys[i] = strings.Join([]string{f.Rule.Name, f.Relation, f.Object, evidence(f, texts)}, "\x00")
	}
	return keys
}

// evidence is the hash of the statement's text, or, for a finding that is about
// no statement, its message without the names of files. Texts are kept: a
// statement may have many findings, and be long.
func evidence(f *rules.Finding, texts map[*ddl.Statement]string) string {
	if f.Statement == nil || f.Statement.Statement == nil {
		message := f.Message
		for _, at := range places(f) {
			message = strings.ReplaceAll(message, at, "")
		}
		return message
	}
	s := f.Statement.Statement
	text, ok := texts[s]
	if !ok {
		text = hash(normalize(s.Span.Text()))
		texts[s] = text
	}
	return text
}

// places are the paths of the files that a finding names, longest first, since
// one may be part of another.
func places(f *rules.Finding) []string {
	paths := []string{pathOf(f.At)}
	for _, r := range f.Related {
		paths = append(paths, pathOf(r.At))
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return p == "" })
	slices.SortFunc(paths, func(a, b string) int { return len(b) - len(a) })
	return paths
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// normalize returns SQL in lower case, without comments and with white space
// only where it separates words; what is quoted stays as it is, but for line
// ends, which git may have converted. It need not be
// exact: a text read wrongly is read wrongly in the same way every time.
func normalize(sql string) string {
	sql = strings.ReplaceAll(sql, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(sql))
	gap := false
	var last byte
	for i := 0; i < len(sql); {
		if end := blankEnd(sql, i); end > i {
			gap, i = true, end
			continue
		}
		end := quoteEnd(sql, i)
		text := sql[i:max(end, i+1)]
		if c := text[0]; end == i && c >= 'A' && c <= 'Z' {
			text = string(c | 0x20)
		}
		if gap && isWord(last) && isWord(text[0]) {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(text)
		last = text[len(text)-1]
		i += len(text)
	}
	return b.String()
}

// blankEnd returns the end of the white space character or comment at i, or i.
func blankEnd(sql string, i int) int {
	rest := sql[i:]
	switch {
	case rest[0] == ' ' || rest[0] >= '\t' && rest[0] <= '\r':
		return i + 1
	case strings.HasPrefix(rest, "--"):
		if end := strings.IndexByte(rest, '\n'); end >= 0 {
			return i + end
		}
		return len(sql)
	case strings.HasPrefix(rest, "/*"):
		return i + commentLength(rest)
	}
	return i
}

// commentLength returns the length of the block comment that text begins with;
// comments nest.
func commentLength(text string) int {
	depth := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// quoteEnd returns the end of the string constant or quoted identifier at i,
// or i.
func quoteEnd(sql string, i int) int {
	wordBefore := i > 0 && isWord(sql[i-1])
	switch c := sql[i]; {
	case c == '\'' || c == '"':
		escapes := c == '\'' && wordBefore && sql[i-1]|0x20 == 'e' && (i == 1 || !isWord(sql[i-2]))
		for j := i + 1; j < len(sql); j++ {
			if escapes && sql[j] == '\\' {
				j++
			} else if sql[j] == c {
				return j + 1
			}
		}
		return len(sql)
	case c == '$' && !wordBefore:
		tag := 1
		for i+tag < len(sql) && isWord(sql[i+tag]) {
			tag++
		}
		if i+tag == len(sql) || sql[i+tag] != '$' || sql[i+1] >= '0' && sql[i+1] <= '9' {
			return i
		}
		mark := sql[i : i+tag+1]
		if end := strings.Index(sql[i+len(mark):], mark); end >= 0 {
			return i + end + 2*len(mark)
		}
		return len(sql)
	}
	return i
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}
