package catalog

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A modelled version has beside it the map that it should be.
type modelled struct {
	versions versions[int, int]
	want     map[int]int
}

func (m modelled) set(k, v int) modelled {
	want := maps.Clone(m.want)
	want[k] = v
	return modelled{m.versions.set(k, v), want}
}

func (m modelled) delete(k int) modelled {
	want := maps.Clone(m.want)
	delete(want, k)
	return modelled{m.versions.delete(k), want}
}

// check compares the version with its map.
func (m modelled) check(t *testing.T, keys int) {
	t.Helper()
	require.Equal(t, m.want, maps.Collect(m.versions.all()))
	require.Equal(t, len(m.want), m.versions.len())
	for k := range keys {
		got, ok := m.versions.get(k)
		value, there := m.want[k]
		require.Equal(t, there, ok)
		require.Equal(t, value, got)
	}
}

// Every version of a persistent map stays what it was, whatever is done from it,
// from an older one, or beside.
func TestVersionsAgreeWithMaps(t *testing.T) {
	const keys = 40
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		known := []modelled{{want: map[int]int{}}}
		for i := range 600 {
			m := known[len(known)-1]
			if random.IntN(8) == 0 {
				m = known[random.IntN(len(known))]
			}
			k := random.IntN(keys)
			switch random.IntN(12) {
			case 0, 1, 2:
				m = m.delete(k)
			case 3:
				m.versions = m.versions.fork()
			case 4: // an operation that is refused, or only tried, leaves nothing
				before := m.versions
				tried := m.set(k, -i).delete(random.IntN(keys)).set(k, i).set(random.IntN(keys), i)
				tried.check(t, keys)
				tried.versions.discard(before)
			case 5:
				to := known[random.IntN(len(known))]
				m = modelled{m.versions.revert(to.versions), to.want}
			default:
				m = m.set(k, i)
			}
			known = append(known, m)
		}
		for _, m := range known {
			m.check(t, keys)
		}
		for range 300 {
			a, b := known[random.IntN(len(known))], known[random.IntN(len(known))]
			checkDiffering(t, a, b)
		}
	}
}

// checkDiffering compares what differs between two versions with what does
// between their maps.
func checkDiffering(t *testing.T, a, b modelled) {
	t.Helper()
	want, got := map[string]bool{}, map[string]bool{}
	for k := range 1000 {
		x, inA := a.want[k]
		y, inB := b.want[k]
		if x != y || inA != inB {
			want[fmt.Sprint(k, x, y, inA, inB)] = true
		}
	}
	differing(a.versions, b.versions, func(x, y int) bool { return x == y }, func(k, x, y int, inA, inB bool) {
		key := fmt.Sprint(k, x, y, inA, inB)
		assert.False(t, got[key], "visited twice")
		got[key] = true
	})
	require.Equal(t, want, got)
}

// Short lines do not pile up where each version is both tried on and left behind.
func TestLinesStayFew(t *testing.T) {
	var m versions[int, int]
	m = m.set(1, 0).set(2, 0)
	for i := range 1000 {
		m = m.set(1, i)
		m.set(2, -i) // beside: the next one begins another line
	}
	assert.Less(t, m.depth(), 10)
	v, _ := m.get(1)
	assert.Equal(t, 999, v)
}

// An old version of a key that changed often is found without going through all
// that came after.
func BenchmarkOldVersion(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var m versions[int, int]
			m = m.set(1, 0)
			old := m
			for i := range n {
				m = m.set(1, i)
			}
			for b.Loop() {
				if v, _ := old.get(1); v != 0 {
					b.Fatal(v)
				}
			}
		})
	}
}
