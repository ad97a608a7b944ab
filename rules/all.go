package rules

import "slices"

// All returns every rule, in order of name. Deliberately left out: nothing yet.
func All() []*Rule {
	return []*Rule{}
}

// Find returns the rule of a name or former name, or nil.
func Find(name string) *Rule {
	for _, r := range All() {
		if r.Name == name || slices.Contains(r.Aliases, name) {
			return r
		}
	}
	return nil
}

// Nearest returns the rule name most like name, or "" where none is near.
func Nearest(name string) string {
	best, distance := "", len(name)/2+1
	for _, r := range All() {
		if d := editDistance(name, r.Name); d < distance {
			best, distance = r.Name, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := previous
			if a[i-1] != b[j-1] {
				cost = 1 + min(previous, row[j], row[j-1])
			}
			previous, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}
