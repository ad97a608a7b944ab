package config

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A schema is a piece of JSON Schema.
type schema map[string]any

// A shape is what may stand at a place of the file, as a value of type T. It
// reads a node, and it says of itself in words and in JSON Schema what it
// takes. Read is false where it has reported what is wrong.
type shape[T any] struct {
	words  string
	schema schema
	// keys are those of a mapping.
	keys []entry
	read func(r *reader, n *yaml.Node) (T, bool)
}

// An entry is what the reference page and the schema say of a key.
type entry struct {
	name, help, flag string
	required         bool
	words            string
	schema           schema
	keys             []entry
}

// A key is one key of a mapping that makes an S.
type key[S any] struct {
	entry
	read func(r *reader, n *yaml.Node, to *S)
}

// of returns a key with a value of the shape given.
func of[S, T any](name string, s shape[T], to func(*S) *T, help string) key[S] {
	return key[S]{
		entry: entry{name: name, help: help, words: s.words, schema: s.schema, keys: s.keys},
		read: func(r *reader, n *yaml.Node, target *S) {
			if v, ok := s.read(r, resolve(n)); ok {
				*to(target) = v
			}
		},
	}
}

// must returns the key as one that has to be there.
func (k key[S]) must() key[S] {
	k.required = true
	return k
}

// flagged returns the key as one that a flag of the same name overrides.
func (k key[S]) flagged() key[S] {
	k.flag = "--" + k.name
	return k
}

// object is a mapping with known keys. Check, if any, judges the whole.
func object[S any](check func(r *reader, n *yaml.Node, s *S), keys ...key[S]) shape[S] {
	s := shape[S]{words: "keys with values", schema: schema{"type": "object", "additionalProperties": false}}
	properties, required, names := schema{}, []string{}, []string{}
	for _, k := range keys {
		s.keys = append(s.keys, k.entry)
		properties[k.name] = described(k.schema, k.help)
		names = append(names, k.name)
		if k.required {
			required = append(required, k.name)
		}
	}
	s.schema["properties"] = properties
	if len(required) > 0 {
		s.schema["required"] = required
	}
	s.read = func(r *reader, n *yaml.Node) (S, bool) {
		var out S
		if n.Kind != yaml.MappingNode {
			r.fail(n, "expected keys with values here: %s", strings.Join(names, ", "))
			return out, false
		}
		before := len(r.errs)
		r.each(n, func(name, value *yaml.Node) {
			i := slices.Index(names, name.Value)
			if i < 0 {
				r.unknown(name, "key", names)
				return
			}
			keys[i].read(r, value, &out)
		})
		for _, name := range required {
			if child(n, name) == nil {
				r.fail(n, "%s is missing here", name)
			}
		}
		if check != nil && len(r.errs) == before {
			check(r, n, &out)
		}
		return out, len(r.errs) == before
	}
	return s
}

// described returns a schema with a description.
func described(s schema, help string) schema {
	s = maps.Clone(s)
	s["description"] = help
	return s
}

// scalar returns the text of a node that is one with any of the tags.
func scalar(n *yaml.Node, tags ...string) (string, bool) {
	return n.Value, n.Kind == yaml.ScalarNode && slices.Contains(tags, n.Tag)
}

// text is any text.
func text() shape[string] {
	return shape[string]{
		words: "a text", schema: schema{"type": "string", "minLength": 1},
		read: func(r *reader, n *yaml.Node) (string, bool) {
			s, ok := scalar(n, "!!str", "!!timestamp")
			switch {
			case ok && s != "":
				return s, true
			case n.Kind == yaml.ScalarNode && n.Value != "" && n.Tag != "!!null":
				r.fail(n, "expected a text: put it in quotes, %q", n.Value)
			default:
				r.fail(n, "expected a text")
			}
			return "", false
		},
	}
}

// id is a text that may look like a number.
func id() shape[string] {
	return shape[string]{
		words: "a text or number", schema: schema{"type": []string{"string", "number"}, "minLength": 1},
		read: func(r *reader, n *yaml.Node) (string, bool) {
			s, ok := scalar(n, "!!str", "!!int", "!!float", "!!timestamp")
			if !ok || s == "" {
				r.fail(n, "expected a text or a number")
				return "", false
			}
			return s, true
		},
	}
}

// anyText is a text that may be empty or look like a number.
func anyText() shape[string] {
	return shape[string]{
		words: "a text or number", schema: schema{"type": []string{"string", "number"}},
		read: func(r *reader, n *yaml.Node) (string, bool) {
			s, ok := scalar(n, "!!str", "!!int", "!!float", "!!timestamp")
			if !ok {
				r.fail(n, "expected a text or a number")
			}
			return s, ok
		},
	}
}

// judged is a shape whose values are judged, and perhaps turned into others,
// once they are read. Change returns what is wrong, or "".
func judged[T, U any](s shape[T], change func(r *reader, v T) (U, string)) shape[U] {
	return shape[U]{
		words: s.words, schema: s.schema, keys: s.keys,
		read: func(r *reader, n *yaml.Node) (out U, ok bool) {
			v, ok := s.read(r, n)
			if !ok {
				return out, false
			}
			out, wrong := change(r, v)
			if wrong != "" {
				r.fail(n, "%s", wrong)
			}
			return out, wrong == ""
		},
	}
}

// called returns the shape under other words, with more schema.
func (s shape[T]) called(words string, more schema) shape[T] {
	s.words = words
	s.schema = maps.Clone(s.schema)
	maps.Copy(s.schema, more)
	return s
}

// path is a path, from the file.
func path() shape[string] {
	return judged(text(), func(r *reader, s string) (string, string) { return r.path(s), "" }).called("a path", nil)
}

// expression is a regular expression.
func expression() shape[string] {
	return judged(text(), func(_ *reader, s string) (string, string) {
		if _, err := regexp.Compile(s); err != nil {
			return "", "this is no regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		}
		return s, ""
	}).called("a regular expression ([RE2](https://github.com/google/re2/wiki/Syntax))", schema{"format": "regex"})
}

// oneOf is one of a few words.
func oneOf(values ...string) shape[string] {
	return shape[string]{
		words: "one of `" + strings.Join(values, "`, `") + "`", schema: schema{"enum": values},
		read: func(r *reader, n *yaml.Node) (string, bool) {
			if n.Kind == yaml.ScalarNode && slices.Contains(values, n.Value) {
				return n.Value, true
			}
			r.fail(n, "expected one of %s", strings.Join(values, ", "))
			return "", false
		},
	}
}

// yesNo is true or false.
func yesNo() shape[bool] {
	return shape[bool]{
		words: "`true` or `false`", schema: schema{"type": "boolean"},
		read: func(r *reader, n *yaml.Node) (bool, bool) {
			v, err := strconv.ParseBool(n.Value)
			if _, ok := scalar(n, "!!bool"); !ok || err != nil {
				r.fail(n, "expected true or false")
				return false, false
			}
			return v, true
		},
	}
}

// number is a whole number between two others.
func number(least, most int) shape[int] {
	words := "a number from " + strconv.Itoa(least) + " to " + strconv.Itoa(most)
	limits := schema{"type": "integer", "minimum": least, "maximum": most}
	if most == anyNumber {
		words = "a number from " + strconv.Itoa(least) + " on"
		delete(limits, "maximum")
	}
	return shape[int]{
		words: words, schema: limits,
		read: func(r *reader, n *yaml.Node) (int, bool) {
			i, err := strconv.Atoi(n.Value)
			if _, ok := scalar(n, "!!int"); !ok || err != nil || i < least || i > most {
				r.fail(n, "expected %s", words)
				return 0, false
			}
			return i, true
		},
	}
}

const anyNumber = 1<<63 - 1

// list is a list of at least so many items.
func list[T any](item shape[T], plural string, least int) shape[[]T] {
	s := shape[[]T]{words: "a list of " + plural, schema: schema{"type": "array", "items": item.schema}, keys: item.keys}
	if least > 0 {
		s.schema["minItems"] = least
	}
	s.read = func(r *reader, n *yaml.Node) ([]T, bool) {
		if n.Kind != yaml.SequenceNode || len(n.Content) < least {
			r.fail(n, "expected %s", s.words)
			return nil, false
		}
		out, good := []T{}, true
		for _, each := range n.Content {
			v, ok := item.read(r, resolve(each))
			out, good = append(out, v), good && ok
		}
		return out, good
	}
	return s
}

// either is a list, or one item without the brackets.
func either[T any](item shape[T], words string, of shape[[]T]) shape[[]T] {
	return shape[[]T]{
		words: words, schema: schema{"anyOf": []schema{item.schema, of.schema}}, keys: of.keys,
		read: func(r *reader, n *yaml.Node) ([]T, bool) {
			if n.Kind == yaml.SequenceNode {
				return of.read(r, n)
			}
			v, ok := item.read(r, n)
			return []T{v}, ok
		},
	}
}

// A pair is a key that the user chose, with its value.
type pair[T any] struct {
	name  string
	value T
}

// pairs is a mapping whose keys are themselves values.
func pairs[T any](name shape[string], value shape[T], words string) shape[[]pair[T]] {
	return shape[[]pair[T]]{
		words: words, keys: value.keys,
		schema: schema{"type": "object", "propertyNames": name.schema, "additionalProperties": value.schema},
		read: func(r *reader, n *yaml.Node) ([]pair[T], bool) {
			if n.Kind != yaml.MappingNode {
				r.fail(n, "expected %s", words)
				return nil, false
			}
			var out []pair[T]
			before := len(r.errs)
			r.each(n, func(key, node *yaml.Node) {
				k, ok := name.read(r, key)
				if v, good := value.read(r, resolve(node)); ok && good {
					out = append(out, pair[T]{k, v})
				}
			})
			return out, len(r.errs) == before
		},
	}
}
