package catalog

import (
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every version of a persistent map stays what it was while later ones differ.
func TestShardsAgreeWithMaps(t *testing.T) {
	type version struct {
		shards shards[int, int]
		want   map[int]int
	}
	random := rand.New(rand.NewPCG(1, 2))
	var current shards[int, int]
	want := map[int]int{}
	var kept []version
	for i := range 5000 {
		k := random.IntN(700)
		if random.IntN(3) == 0 {
			current = current.delete(k)
			delete(want, k)
		} else {
			current = current.set(k, i)
			want[k] = i
		}
		if i%250 == 0 {
			kept = append(kept, version{current, maps.Clone(want)})
		}
	}
	for _, v := range append(kept, version{current, want}) {
		assert.Equal(t, v.want, maps.Collect(v.shards.all()))
		assert.Equal(t, len(v.want), v.shards.len())
		for k := range 700 {
			got, ok := v.shards.get(k)
			value, there := v.want[k]
			assert.Equal(t, there, ok)
			assert.Equal(t, value, got)
		}
	}
}
