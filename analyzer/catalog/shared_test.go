package catalog

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestListsThatShareAnArrayStayWhatTheyWere(t *testing.T) {
	var versions []list[int]
	l := list[int]{}
	for i := range 1000 {
		l = l.with(i)
		versions = append(versions, l)
	}
	// Each is extended once more, and so are all that come from those.
	for i, v := range versions {
		other := v.with(-1).with(-2)
		assert.Equal(t, []int{-1, -2}, other.items[i+1:])
	}
	for i, v := range versions {
		assert.Len(t, v.items, i+1)
		assert.Equal(t, i, v.items[i])
	}
	assert.True(t, slices.IsSorted(l.items))
	assert.Equal(t, []int{7, 8}, listOf([]int{7}).with(8).items)
}

func TestListsAreExtendedAtTheSameTime(t *testing.T) {
	l := list[int]{}
	for i := range 20 {
		l = l.with(i)
	}
	got := make([]list[int], 8)
	var group sync.WaitGroup
	for i := range got {
		group.Go(func() {
			got[i] = l
			for n := range 100 {
				got[i] = got[i].with(100*i + n)
			}
		})
	}
	group.Wait()
	for i, g := range got {
		want := slices.Clone(l.items)
		for n := range 100 {
			want = append(want, 100*i+n)
		}
		assert.Equal(t, want, g.items)
	}
}
