package rollback

import (
	"sync"

	"github.com/migracheck/migracheck/analyzer/replay"
)

// Windows returns [Window] for the windows of a timeline. The function does the
// work for each of them once, when it is asked first, and can be asked by several
// goroutines.
func Windows(t *replay.Timeline, options replay.Options) func(*replay.Window) []*Migration {
	judged := map[*replay.Window]func() []*Migration{}
	for _, w := range t.Windows {
		judged[w] = sync.OnceValue(func() []*Migration { return Window(w, options) })
	}
	return func(w *replay.Window) []*Migration { return judged[w]() }
}

// Window judges the migrations of a release, each on what those before it have
// made.
func Window(w *replay.Window, options replay.Options) []*Migration {
	var all []*Migration
	now := w.Base
	for _, m := range w.Migrations {
		judged := Judge(m, now, options)
		now = judged.Up.End
		all = append(all, judged)
	}
	return all
}
