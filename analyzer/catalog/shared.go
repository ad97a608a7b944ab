package catalog

import "sync/atomic"

// A list is a slice that versions share: one more item is written behind what
// those before see, where copying the slice for each version would take time and
// memory that grow with the square of its length. Its items are not changed.
type list[T any] struct {
	items []T
	// taken is how much of the array is in use by any version, which a list that
	// is still short has not: it is copied.
	taken *atomic.Int64
}

func listOf[T any](items []T) list[T] { return list[T]{items: items} }

// with returns the list with one more item. Of several versions that come from
// one, the first gets the place behind it, and the others a copy, also where
// they are made at the same time.
func (l list[T]) with(item T) list[T] {
	const short = 8
	n := len(l.items)
	if n < cap(l.items) && l.taken != nil && l.taken.CompareAndSwap(int64(n), int64(n)+1) {
		l.items = l.items[:n+1]
		l.items[n] = item
		return l
	}
	size := n + 1
	var taken *atomic.Int64
	if size > short {
		size = 2 * n
		taken = &atomic.Int64{}
		taken.Store(int64(n) + 1)
	}
	items := make([]T, n, size)
	copy(items, l.items)
	return list[T]{append(items, item), taken}
}
