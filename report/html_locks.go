package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// An htmlMode is a lock mode as the pictures show it.
type htmlMode struct{ Class, Short, Name, Waiting string }

// htmlModes are the lock modes, the strongest first.
func htmlModes() []htmlMode {
	var all []htmlMode
	for m := lock.AccessExclusive; m >= lock.AccessShare; m-- {
		all = append(all, htmlModeOf(m))
	}
	return all
}

func htmlModeOf(m lock.Mode) htmlMode {
	var short strings.Builder
	for word := range strings.FieldsSeq(m.SQL()) {
		short.WriteByte(word[0])
	}
	shown := htmlMode{"weak", short.String(), m.SQL(), waiting(m)}
	switch {
	case m.BlocksReads():
		shown.Class = "reads"
	case m.BlocksWrites():
		shown.Class = "writes"
	case m >= lock.ShareUpdateExclusive:
		shown.Class = "ddl"
	}
	if m == lock.AccessExclusive {
		shown.Short = "AX"
	}
	return shown
}

// An htmlPicture shows what the statements of a migration lock: a column for
// each statement, a lane for each relation, the strongest lock first. A bar goes
// on to the end of the transaction that keeps the lock.
type htmlPicture struct {
	// Width and Height are the picture's, Track a lane's.
	Width, Height, Track int
	Label                string
	Columns              []htmlColumn
	Transactions         []htmlBar
	Lanes                []htmlLane
	// MoreColumns and MoreLanes say what is in the list of statements only.
	MoreColumns, MoreLanes string
}

type htmlColumn struct {
	X, Number int
	Title     string
	Unknown   bool
}

type htmlBar struct {
	X, Y, Width  int
	Class, Title string
}

type htmlLane struct {
	Name string
	// Y is where the cells begin, TextY where the name stands.
	Y, TextY int
	Bars     []htmlBar
	Cells    []htmlLock
}

type htmlLock struct {
	X, MidX, ShortY, WorkY int
	Class, Short, Work     string
	// Kept is the class of a stronger lock that the transaction keeps from
	// before, KeptY where it shows.
	Kept  string
	KeptY int
	Title string
}

// Measures of a picture, in pixels; and how much of a large one is drawn.
const (
	columnWidth = 48
	columnGap   = 4
	headHeight  = 30
	laneName    = 18
	laneCells   = 30
	laneGap     = 8
	nameWidth   = 8 // of a character
	maxDrawn    = 200
	maxLanes    = 40
)

// pictures adds to each migration its statements, and what they lock.
func (p *htmlPage) pictures(byMigration map[*migration.Migration]*htmlMigration) {
	names := map[catalog.OID]string{}
	drawn := map[*htmlMigration]*drawing{}
	var order []*htmlMigration
	for _, s := range p.run.statements() {
		g := byMigration[s.Migration]
		if g == nil || s.Down || s.Window == nil {
			continue
		}
		if drawn[g] == nil {
			drawn[g] = &drawing{lanes: map[string]*lane{}}
			order = append(order, g)
		}
		taken := locksOf(s, names)
		drawn[g].add(s, taken)
		g.Statements = append(g.Statements, p.statement(s, len(g.Statements)+1, taken))
	}
	for _, g := range order {
		g.Picture = drawn[g].picture()
		if strongest := drawn[g].strongest; strongest > 0 {
			mode := htmlModeOf(strongest)
			g.Strongest = &mode
		}
	}
}

// statementText is how much is shown of a statement in the list.
const statementText = 160

func (p *htmlPage) statement(s *replay.Statement, number int, taken []lockTaken) htmlStatement {
	text := s.Span.Text()
	head := text[:runeStart(text, 4*statementText)]
	shown := htmlStatement{
		Number: number, Place: p.where(s.Span), Code: limit(oneLine(head), statementText), Alone: s.Transaction == 0,
	}
	if reason, unknown := s.Unanalysable(); unknown {
		shown.Unknown = oneLine(reason)
	}
	if s.Refused != nil {
		shown.Failed = s.Refused.SQLState + ": " + oneLine(s.Refused.Message)
	}
	for _, l := range taken {
		shown.Locks = append(shown.Locks, l.sentence())
	}
	return shown
}

// sentence says what a lock is, as a picture's title and in the list.
func (l lockTaken) sentence() string {
	return fmt.Sprintf("%s on %s: %s waiting, %s", l.mode.SQL(), visible(l.relation), waiting(l.mode), visible(l.grows()))
}

// A drawing gathers what a picture shows.
type drawing struct {
	statements []*replay.Statement
	lanes      map[string]*lane
	strongest  lock.Mode
}

type lane struct {
	name      string
	strongest lock.Mode
	longest   duration
	cells     []laneCell
}

type laneCell struct {
	column int
	lock   lockTaken
}

func (d *drawing) add(s *replay.Statement, taken []lockTaken) {
	column := len(d.statements)
	d.statements = append(d.statements, s)
	for _, l := range taken {
		of := d.lanes[l.relation]
		if of == nil {
			of = &lane{name: l.relation}
			d.lanes[l.relation] = of
		}
		of.strongest, of.longest = max(of.strongest, l.mode), max(of.longest, l.duration)
		d.strongest = max(d.strongest, l.mode)
		if column < maxDrawn {
			of.cells = append(of.cells, laneCell{column, l})
		}
	}
}

// picture draws what was gathered; nil where nothing is locked that was there
// before.
func (d *drawing) picture() *htmlPicture {
	if len(d.lanes) == 0 {
		return nil
	}
	lanes := make([]*lane, 0, len(d.lanes))
	for _, of := range d.lanes {
		lanes = append(lanes, of)
	}
	slices.SortFunc(lanes, func(a, b *lane) int {
		return cmp.Or(cmp.Compare(b.strongest, a.strongest), cmp.Compare(b.longest, a.longest), strings.Compare(a.name, b.name))
	})
	columns := min(len(d.statements), maxDrawn)
	pic := &htmlPicture{
		Width: columns * columnWidth,
		Label: fmt.Sprintf("locks of %s on %s, the strongest %s", plural(len(d.statements), "statement"), plural(len(lanes), "relation"), d.strongest.SQL()),
	}
	if more := len(d.statements) - columns; more > 0 {
		pic.MoreColumns = plural(more, "more statement")
	}
	if more := len(lanes) - maxLanes; more > 0 {
		pic.MoreLanes = plural(more, "more relation")
		lanes = lanes[:maxLanes]
	}
	for i, s := range d.statements[:columns] {
		_, unknown := s.Unanalysable()
		pic.Columns = append(pic.Columns, htmlColumn{i*columnWidth + columnWidth/2, i + 1, fmt.Sprintf("statement %d: %s", i+1, s.Kind), unknown})
	}
	ends := d.ends(columns)
	for i := 0; i < columns; i = ends[i] {
		if d.statements[i].Transaction > 0 {
			pic.Transactions = append(pic.Transactions, htmlBar{X: i*columnWidth + columnGap/2, Width: (ends[i]-i)*columnWidth - columnGap, Title: "one transaction"})
		}
	}
	for i, of := range lanes {
		top := headHeight + i*(laneName+laneCells+laneGap)
		shown := htmlLane{Name: limit(visible(of.name), statementText), TextY: top + laneName - 5, Y: top + laneName}
		pic.Width = max(pic.Width, columnsOf(shown.Name)*nameWidth)
		of.draw(&shown, ends)
		pic.Lanes = append(pic.Lanes, shown)
	}
	pic.Track = pic.Width - 1
	pic.Height = headHeight + len(lanes)*(laneName+laneCells+laneGap)
	return pic
}

// ends returns for each column the one after the last of its transaction.
func (d *drawing) ends(columns int) []int {
	ends := make([]int, columns)
	for i := columns - 1; i >= 0; i-- {
		ends[i] = i + 1
		if tx := d.statements[i].Transaction; tx > 0 && i+1 < columns && d.statements[i+1].Transaction == tx {
			ends[i] = ends[i+1]
		}
	}
	return ends
}

// draw adds a cell for each lock, and a bar to the next or to the end of the
// transaction, in the colour of the strongest that is kept.
func (of *lane) draw(shown *htmlLane, ends []int) {
	kept := lock.Mode(0)
	for i, c := range of.cells {
		if i > 0 && ends[of.cells[i-1].column] == ends[c.column] {
			kept = max(kept, c.lock.mode)
		} else {
			kept = c.lock.mode
		}
		mode := htmlModeOf(c.lock.mode)
		x := c.column*columnWidth + columnGap/2
		cell := htmlLock{
			X: x, MidX: c.column*columnWidth + columnWidth/2, ShortY: shown.Y + 13, WorkY: shown.Y + 25,
			Class: mode.Class, Short: mode.Short, Work: c.lock.duration.word(), Title: c.lock.sentence(),
		}
		if kept > c.lock.mode {
			cell.Kept, cell.KeptY = htmlModeOf(kept).Class, shown.Y+laneCells-3
		}
		shown.Cells = append(shown.Cells, cell)
		until := ends[c.column]
		if i+1 < len(of.cells) {
			until = min(until, of.cells[i+1].column)
		}
		if until > c.column+1 {
			holding := htmlModeOf(kept)
			shown.Bars = append(shown.Bars, htmlBar{
				X: x + columnWidth - columnGap, Y: shown.Y + laneCells/2 - 4, Width: (until-c.column-1)*columnWidth + columnGap/2,
				Class: holding.Class, Title: holding.Name + " is kept until the transaction ends",
			})
		}
	}
}

// word is the mark of a lock that lasts.
func (d duration) word() string {
	switch d {
	case rewrite:
		return "rewrite"
	case indexBuild:
		return "index"
	case scan:
		return "scan"
	case data:
		return "rows"
	}
	return "brief"
}
