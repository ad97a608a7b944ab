//go:build !cgo

package grammar

import (
	"errors"
	"strings"
	"unicode/utf8"

	pg_query "github.com/sqlc-dev/oliphant"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxNames bounds how many keywords of a statement are tried as names.
const maxNames = 32

// An amended is a statement that oliphant refuses, and what was changed in it
// so that oliphant reads what PostgreSQL reads. Nothing moves.
type amended struct {
	text   []byte
	tokens []*pg_query.ScanToken
	// words are the keywords that stand as names, by what stands for them.
	words map[string]string
}

// parseAmended reads a statement that was refused. Two things are refused that
// are right: DOUBLE PRECISION as the type of an argument without a name, of
// which DOUBLE is taken for the name, and some keywords in the place of a name,
// like a column called operator. The error is the one that came farthest.
func parseAmended(sql string, refused error) (*ParseResult, error) {
	scanned, err := pg_query.Scan(sql)
	if err != nil {
		return nil, refused
	}
	a := &amended{text: []byte(sql), words: map[string]string{}}
	for _, t := range scanned.GetTokens() {
		if t.GetToken() != pg_query.Token_SQL_COMMENT && t.GetToken() != pg_query.Token_C_COMMENT {
			a.tokens = append(a.tokens, t)
		}
	}
	changed := a.doubles()
	for range maxNames {
		if changed {
			tree, err := pg_query.Parse(string(a.text))
			if err == nil {
				a.restore(tree.ProtoReflect())
				return tree, nil
			}
			if cursor(err) <= cursor(refused) {
				return nil, refused
			}
			refused = err
		}
		if changed = a.name(a.before(cursor(refused))); !changed {
			return nil, refused
		}
	}
	return nil, refused
}

// cursor is where a refusal is, in runes from 1; 0 where it does not say.
func cursor(err error) int {
	var refused *Error
	if !errors.As(err, &refused) {
		return 0
	}
	return refused.Cursorpos
}

// doubles writes DOUBLE PRECISION as FLOAT(53), which is the same and can be
// nothing but a type.
func (a *amended) doubles() bool {
	found := false
	for i := range max(0, len(a.tokens)-1) {
		first, second := a.tokens[i], a.tokens[i+1]
		field := i > 0 && a.tokens[i-1].GetToken() == pg_query.Token_ASCII_46 // .
		if !field && first.GetToken() == pg_query.Token_DOUBLE_P && second.GetToken() == pg_query.Token_PRECISION {
			copy(a.text[first.GetStart():first.GetEnd()], "float ")
			copy(a.text[second.GetStart():second.GetEnd()], "(53)     ")
			found = true
		}
	}
	return found
}

// before returns the token before a cursor, nil where there is none.
func (a *amended) before(cursor int) *pg_query.ScanToken {
	if cursor == 0 {
		return nil
	}
	offset := 0
	for range cursor - 1 {
		_, size := utf8.DecodeRune(a.text[offset:])
		offset += size
	}
	var last *pg_query.ScanToken
	for _, t := range a.tokens {
		if int(t.GetEnd()) > offset {
			break
		}
		last = t
	}
	return last
}

// name writes a keyword as a name that the statement has nowhere, if it is one
// that can be a name: any unreserved one, but for those that are no label
// without AS, and VALUES.
func (a *amended) name(t *pg_query.ScanToken) bool {
	switch {
	case t == nil || noLabel[t.GetToken()]:
		return false
	case t.GetKeywordKind() != pg_query.KeywordKind_UNRESERVED_KEYWORD && t.GetToken() != pg_query.Token_VALUES:
		return false
	}
	place := a.text[t.GetStart():t.GetEnd()]
	word := strings.ToLower(string(place))
	for _, letter := range "abcdefghijklmnopqrstuvwxyz" {
		name := strings.Repeat("_", len(word)-1) + string(letter)
		if known, ok := a.words[name]; ok && known == word || !ok && !strings.Contains(strings.ToLower(string(a.text)), name) {
			a.words[name] = word
			copy(place, name)
			return true
		}
	}
	return false
}

// noLabel are the unreserved keywords that are no label without AS.
// https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/parser/kwlist.h
var noLabel = map[pg_query.Token]bool{
	pg_query.Token_DAY_P: true, pg_query.Token_FILTER: true, pg_query.Token_HOUR_P: true, pg_query.Token_MINUTE_P: true,
	pg_query.Token_MONTH_P: true, pg_query.Token_OVER: true, pg_query.Token_SECOND_P: true, pg_query.Token_VARYING: true,
	pg_query.Token_WITHIN: true, pg_query.Token_WITHOUT: true, pg_query.Token_YEAR_P: true,
}

// restore puts the keywords back into a tree.
func (a *amended) restore(m protoreflect.Message) {
	if len(a.words) == 0 {
		return
	}
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsList() && field.Message() != nil:
			for i := range value.List().Len() {
				a.restore(value.List().Get(i).Message())
			}
		case field.IsList():
		case field.Message() != nil:
			a.restore(value.Message())
		case field.Kind() == protoreflect.StringKind:
			if word, ok := a.words[value.String()]; ok {
				m.Set(field, protoreflect.ValueOfString(word))
			}
		}
		return true
	})
}
