package migration

import (
	"iter"
	"sync"

	"github.com/migracheck/migracheck/parser/ddl"
)

// A reading is a piece that is being parsed: its statements come in batches.
type reading struct {
	mutex   sync.Mutex
	changed *sync.Cond
	batches [][]ddl.Statement
	done    bool
}

func newReading() *reading {
	r := &reading{}
	r.changed = sync.NewCond(&r.mutex)
	return r
}

// add brings the next batch, of one statement at least.
func (r *reading) add(batch []ddl.Statement) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.batches = append(r.batches, batch)
	r.changed.Broadcast()
}

// finish says that there are no more.
func (r *reading) finish() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.done = true
	r.changed.Broadcast()
}

// batch waits for the nth batch, from 0; nil where there are not so many.
func (r *reading) batch(n int) []ddl.Statement {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for len(r.batches) <= n && !r.done {
		r.changed.Wait()
	}
	if len(r.batches) <= n {
		return nil
	}
	return r.batches[n]
}

// All yields the statements, and waits for those that are still being parsed, see
// [Begin].
func (p *Piece) All() iter.Seq[*ddl.Statement] {
	return func(yield func(*ddl.Statement) bool) {
		for n := 0; ; n++ {
			batch := p.batch(n)
			if len(batch) == 0 {
				return
			}
			for i := range batch {
				if !yield(&batch[i]) {
					return
				}
			}
		}
	}
}

// batch returns some of the statements; none where there are not so many.
func (p *Piece) batch(n int) []ddl.Statement {
	switch {
	case p.reading != nil:
		return p.reading.batch(n)
	case n == 0:
		return p.Statements
	}
	return nil
}

// several reports whether there is more than one statement.
func (p *Piece) several() bool {
	first := p.batch(0)
	return len(first) > 1 || len(first) == 1 && len(p.batch(1)) > 0
}
