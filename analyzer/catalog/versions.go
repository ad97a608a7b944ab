package catalog

import "iter"

// versions is a persistent map: set returns the next version, and all versions
// stay what they were. Those that descend from one another in a line share one
// log of changes, and an index of it: a version is how many of the changes it
// has seen. So a change costs one record, however large the map is, where maps
// that share what did not change copy the way to what did. (Measured on 50,000
// statements, a trie of sixteen children took two thirds of all memory.)
//
// Only the newest version of a line extends it; what is set in an older one
// begins a line of its own, based on that version. Because the newest one does,
// versions of one line must not be set by one goroutine while others use any,
// see [Catalog.Fork].
//
// Iteration is in no order: callers sort.
type versions[K comparable, V any] struct {
	in *line[K, V]
	at int32 // how many changes of the line it has seen
	n  int32 // how many keys it has
}

// A line is a log of changes to what base has.
type line[K comparable, V any] struct {
	base versions[K, V]
	log  []entry[K, V]
	// newest has the place of each key's last change. Places in the log begin
	// with 1; 0 is none.
	newest map[K]int32
}

// An entry says what a key means from there on. The entries of one key are
// linked, with shortcuts so that an old one is found in logarithmic time: a
// jump passes over as many of them as the two before it together, where those
// are equally long (Myers, An Applicative Random-Access Stack, 1983).
type entry[K comparable, V any] struct {
	key            K
	value          V
	previous, jump int32
	depth          int32 // how many changes the key has had
	gone           bool
}

// place returns that of the last change of a key among the first n, or 0.
func (l *line[K, V]) place(k K, n int32) int32 {
	i := l.newest[k]
	for i > n {
		c := &l.log[i-1]
		if i = c.jump; i <= n {
			i = c.previous
		}
	}
	return i
}

// find returns the change that says what k means, or nil, and its line.
func (m versions[K, V]) find(k K) (*entry[K, V], *line[K, V]) {
	for ; m.in != nil; m = m.in.base {
		if i := m.in.place(k, m.at); i > 0 {
			return &m.in.log[i-1], m.in
		}
	}
	return nil, nil
}

func (m versions[K, V]) get(k K) (V, bool) {
	if c, _ := m.find(k); c != nil && !c.gone {
		return c.value, true
	}
	var zero V
	return zero, false
}

func (m versions[K, V]) set(k K, v V) versions[K, V] {
	if _, ok := m.get(k); !ok {
		m.n++
	}
	return m.write(entry[K, V]{key: k, value: v})
}

func (m versions[K, V]) delete(k K) versions[K, V] {
	if _, ok := m.get(k); !ok {
		return m
	}
	m.n--
	return m.write(entry[K, V]{key: k, gone: true})
}

// write adds an entry to the line, or to another where m is not its newest
// version.
func (m versions[K, V]) write(e entry[K, V]) versions[K, V] {
	l := m.in
	if !m.last() {
		l = m.branch()
	}
	l.write(e)
	return versions[K, V]{in: l, at: int32(len(l.log)), n: m.n}
}

// write adds an entry with the key and the value of e.
func (l *line[K, V]) write(e entry[K, V]) {
	e.previous, e.jump, e.depth = l.newest[e.key], 0, 1
	if e.previous > 0 {
		last := l.at(e.previous)
		e.depth = last.depth + 1
		e.jump = e.previous
		if over := l.at(last.jump); last.depth-over.depth == over.depth-l.at(over.jump).depth {
			e.jump = over.jump
		}
	}
	if l.newest == nil {
		l.newest = map[K]int32{}
	}
	l.log = append(l.log, e)
	l.newest[e.key] = int32(len(l.log))
}

// at returns the entry at a place; one without anything at 0.
func (l *line[K, V]) at(place int32) (e entry[K, V]) {
	if place > 0 {
		e = l.log[place-1]
	}
	return e
}

// last reports whether m is the newest version of its line.
func (m versions[K, V]) last() bool { return m.in != nil && int(m.at) == len(m.in.log) }

const (
	// fewLines is how many lines a version may see.
	fewLines = 4
	// short is the length up to which the changes of a line are copied into one
	// that branches off, where it would be one too many.
	short = 256
)

// branch returns a line that begins with m.
func (m versions[K, V]) branch() *line[K, V] {
	if m.at > short || m.depth() < fewLines {
		return &line[K, V]{base: m}
	}
	l := m.in.base.branch()
	for i := range m.in.log[:m.at] {
		l.write(m.in.log[i])
	}
	return l
}

// fork returns the same version as the newest of a line of its own.
func (m versions[K, V]) fork() versions[K, V] {
	if m.in == nil {
		return m
	}
	l := m.branch()
	return versions[K, V]{in: l, at: int32(len(l.log)), n: m.n}
}

// discard forgets what was done since an earlier version. M, and every version
// after to, must not be used any more.
func (m versions[K, V]) discard(to versions[K, V]) {
	if m.in != to.in || !m.last() {
		return
	}
	l := m.in
	for i := len(l.log) - 1; i >= int(to.at); i-- {
		c := &l.log[i]
		if c.previous > 0 {
			l.newest[c.key] = c.previous
		} else {
			delete(l.newest, c.key)
		}
		*c = entry[K, V]{}
	}
	l.log = l.log[:to.at]
}

// revert returns a version that has what an earlier one has.
func (m versions[K, V]) revert(to versions[K, V]) versions[K, V] {
	if m.in != to.in || !m.last() {
		return to
	}
	for c := range m.since(to) {
		if v, ok := to.get(c.key); ok {
			m = m.set(c.key, v)
		} else {
			m = m.delete(c.key)
		}
	}
	return m
}

// since yields, for each key that was changed, the first change since an earlier
// version of the same line.
func (m versions[K, V]) since(to versions[K, V]) iter.Seq[*entry[K, V]] {
	return func(yield func(*entry[K, V]) bool) {
		if m.in == nil {
			return
		}
		log := m.in.log[to.at:m.at]
		for i := range log {
			if log[i].previous <= to.at && !yield(&log[i]) {
				return
			}
		}
	}
}

func (m versions[K, V]) len() int { return int(m.n) }

func (m versions[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for l := m.in; l != nil; l = l.base.in {
			for k := range l.newest {
				if c, in := m.find(k); in == l && !c.gone && !yield(k, c.value) {
					return
				}
			}
		}
	}
}

// differing visits the keys that do not have the same value in both, and tells
// which of them has one. Versions that have a line in common are compared by
// what was changed since they had.
func differing[K comparable, V any](s, t versions[K, V], same func(a, b V) bool, visit func(key K, a, b V, inS, inT bool)) {
	seen := map[K]bool{}
	compare := func(changes iter.Seq[*entry[K, V]]) {
		for c := range changes {
			if seen[c.key] {
				continue
			}
			seen[c.key] = true
			a, inS := s.get(c.key)
			b, inT := t.get(c.key)
			if inS != inT || inS && !same(a, b) {
				visit(c.key, a, b, inS, inT)
			}
		}
	}
	x, y := s, t
	for x.in != y.in {
		deeper := &x
		if y.depth() > x.depth() {
			deeper = &y
		}
		compare(deeper.since(versions[K, V]{}))
		*deeper = deeper.in.base
	}
	if x.at < y.at {
		x, y = y, x
	}
	compare(x.since(y))
}

// depth is the number of lines below one another that m sees.
func (m versions[K, V]) depth() int {
	n := 0
	for ; m.in != nil; m = m.in.base {
		n++
	}
	return n
}
