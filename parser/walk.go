package parser

import (
	"reflect"
	"sync"

	"google.golang.org/protobuf/proto"

	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// descend calls visit for a message and those inside it, outer ones first; it
// does not enter those for which visit returns false.
func descend(m proto.Message, visit func(proto.Message) bool) {
	if !visit(m) {
		return
	}
	if box, ok := m.(*pg_query.Node); ok { // every second message is one
		if inner := unwrap(box); inner != nil {
			descend(inner, visit)
		}
		return
	}
	children(m, visit)
}

// children does the same for the messages inside one, in no particular order.
//
// It goes through the Go fields: what protobuf has for that takes several times
// as long, and makes tables for each type of message first, which at a pre-commit
// hook takes longer than all the rest.
func children(m proto.Message, visit func(proto.Message) bool) {
	v := reflect.ValueOf(m).Elem()
	for _, i := range messageFields(v.Type()) {
		switch f := v.Field(i); f.Kind() {
		case reflect.Pointer:
			if !f.IsNil() {
				descend(f.Interface().(proto.Message), visit)
			}
		case reflect.Slice:
			for n := range f.Len() {
				if each := f.Index(n); !each.IsNil() {
					descend(each.Interface().(proto.Message), visit)
				}
			}
		default:
			if inner := inOneof(f.Elem()); inner != nil {
				descend(inner, visit)
			}
		}
	}
}

// inOneof returns the message in what holds one of several, or nil.
func inOneof(v reflect.Value) proto.Message {
	if !v.IsValid() || v.IsNil() {
		return nil
	}
	f := v.Elem().Field(0)
	if f.Kind() != reflect.Pointer || f.IsNil() {
		return nil
	}
	inner, _ := f.Interface().(proto.Message)
	return inner
}

// messageFields are the places of a message's fields that hold messages, lists
// of them, or one of several kinds.
func messageFields(t reflect.Type) []int {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]int)
	}
	message := reflect.TypeFor[proto.Message]()
	fields := []int{}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case !f.IsExported():
		case f.Type.Kind() == reflect.Interface,
			f.Type.Kind() == reflect.Pointer && f.Type.Implements(message),
			f.Type.Kind() == reflect.Slice && f.Type.Elem().Implements(message):
			fields = append(fields, i)
		}
	}
	fieldsOf.Store(t, fields)
	return fields
}

// fieldsOf are what messageFields has found out.
var fieldsOf sync.Map
