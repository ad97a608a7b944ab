package report

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// lineHashes returns, for each line of a file, the value that GitHub expects
// under "primaryLocationLineHash": a hash of the hundred characters from the
// line's start on, blanks not counted, and how often it has occurred so far.
// It must be the value that GitHub's uploader computes itself, unit for unit,
// or alerts are opened twice.
func lineHashes(text string) []string {
	units, starts := hashUnits(text)
	hashes := make([]uint64, 0, len(starts))
	unit := func(i int) uint64 { // zero after the end
		if i < len(units) {
			return uint64(units[i])
		}
		return 0
	}
	var hash, leading uint64 = 0, 1
	for i := range hashWindow {
		hash = hash*hashBase + unit(i)
		if i > 0 {
			leading *= hashBase
		}
	}
	for i, u := range units {
		if starts[len(hashes)] == i {
			hashes = append(hashes, hash)
			if len(hashes) == len(starts) {
				break
			}
		}
		hash = (hash-uint64(u)*leading)*hashBase + unit(i+hashWindow)
	}
	count := map[uint64]int{}
	lines := make([]string, len(hashes))
	for i, h := range hashes {
		count[h]++
		lines[i] = strconv.FormatUint(h, 16) + ":" + strconv.Itoa(count[h])
	}
	return lines
}

// A hash is a polynomial of the units in a window, modulo 2^64.
const (
	hashWindow = 100
	hashBase   = 37
)

// hashUnits returns the UTF-16 code units of a text that count, with one to
// mark the end, and where among them each line starts.
func hashUnits(text string) (units []uint16, starts []int) {
	const endOfFile = 0xffff
	starts = []int{0}
	afterCR := false
	for i := 0; i < len(text); {
		r, size := decodeRune(text[i:])
		i += size
		switch r {
		case ' ', '\t':
			afterCR = false
			continue
		case '\n':
			if afterCR {
				afterCR = false
				continue
			}
		}
		afterCR = r == '\r'
		if afterCR {
			r = '\n'
		}
		units = utf16.AppendRune(units, r)
		if r == '\n' {
			starts = append(starts, len(units))
		}
	}
	return append(units, endOfFile), starts
}

// decodeRune decodes as JavaScript does: a sequence that breaks off is one
// replacement character, not one for each of its bytes.
func decodeRune(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	low, high, length := byte(0x80), byte(0xbf), 0
	switch c := s[0]; {
	case c >= 0xc2 && c <= 0xdf:
		length = 2
	case c >= 0xe0 && c <= 0xef:
		length = 3
		if c == 0xe0 {
			low = 0xa0
		} else if c == 0xed {
			high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		length = 4
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f
		}
	}
	for size < length && size < len(s) && s[size] >= low && s[size] <= high {
		low, high = 0x80, 0xbf
		size++
	}
	return r, size
}
