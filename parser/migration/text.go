package migration

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/migracheck/migracheck/parser/source"
)

const byteOrderMark = "\ufeff"

// decode makes text of the bytes that were read, or says why it cannot.
func (in *Input) decode() {
	if kind := notText(in.raw); kind != "" {
		in.opaque = kind
		in.file = source.NewFile(in.Path(), "")
		in.flaw = &Problem{Kind: NotText, At: in.file.Whole(), Message: flawOf(in.Path(), kind)}
		return
	}
	if at := bytes.IndexByte(in.raw, 0); at >= 0 {
		// PostgreSQL refuses the byte, but the SQL around it can be judged.
		in.file = source.NewFile(in.Path(), strings.ReplaceAll(valid(in.raw), "\x00", " "))
		in.flaw = &Problem{
			Kind:    NotText,
			At:      source.Span{File: in.file, Start: at, End: at + 1},
			Message: fmt.Sprintf("%s has a NUL byte, which PostgreSQL refuses in SQL text", in.Path()),
		}
		return
	}
	in.file = source.NewFile(in.Path(), valid(in.raw))
	if at := invalid(in.raw); at >= 0 {
		in.flaw = &Problem{
			Kind:    NotText,
			At:      source.Span{File: in.file, Start: at, End: at + 1},
			Message: fmt.Sprintf("%s is not valid UTF-8: byte 0x%02x; save the file as UTF-8", in.Path(), in.raw[at]),
		}
	}
}

// head is how far into a file NUL bytes mean that it is no text at all.
const head = 8 << 10

const (
	utf16File  = "UTF-16 text"
	utf32File  = "UTF-32 text"
	binaryFile = "binary file"
)

// notText says what the bytes are if they are no text that can be read.
func notText(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(raw, []byte{0, 0, 0xfe, 0xff}):
		return utf32File
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}), bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return utf16File
	case bytes.IndexByte(raw[:min(len(raw), head)], 0) >= 0:
		return binaryFile
	}
	return ""
}

func flawOf(path, kind string) string {
	if kind == binaryFile {
		return path + " is a binary file, not SQL text: it has NUL bytes"
	}
	return fmt.Sprintf("%s is %s, which migration tools and PostgreSQL do not read: save it as UTF-8", path, kind)
}

// invalid returns the offset of the first byte that is not UTF-8, or -1.
func invalid(raw []byte) int {
	if utf8.Valid(raw) {
		return -1
	}
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// valid returns the text with a question mark for each byte that is not UTF-8.
func valid(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	out := bytes.Clone(raw)
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			out[i] = '?'
		}
		i += size
	}
	return string(out)
}
