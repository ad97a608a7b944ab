package rollback

import "github.com/migracheck/migracheck/analyzer/replay"

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
