package rules

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
)

// A release is a window as rules ask about it: what they would otherwise look
// for among all its statements, once for each of them. All of it is made in one
// walk.
type release struct {
	// steps are those of up halves in order, without those that are undone;
	// places are where in steps a step stands, or would.
	steps  []*replay.Step
	places map[*replay.Step]int
	// born are the relations that the window creates.
	born map[catalog.OID]bool
	// positions are the places of statements in the window.
	positions map[*replay.Statement]int
	// naming are the steps that fill, empty or extend a table, by its name
	// without schema.
	naming map[string][]*replay.Step
	// enums are the statements that make enums or add values to them.
	enums []*replay.Statement
	// constraints are the statements that added constraints.
	constraints map[catalog.OID]*replay.Statement
	// bulk are the places of the first bulk changes of a script's tables, once
	// they were asked for.
	bulk map[*migration.Script]map[catalog.OID]int
	// alone are the scripts with a statement that runs in no transaction.
	alone map[*migration.Script]bool
	// scripts are the statements of each script, in order.
	scripts map[*migration.Script][]*replay.Statement
	// work is what is known of the locks of transactions under which the first
	// worked statements did long work.
	work   map[int]*work
	worked int
	// settings are the parameters that up halves set, and variables the places
	// in steps of what sets or resets any.
	settings  map[string]bool
	variables []int
	// takers are the places of the statements that take locks first, once they
	// were asked for.
	takers map[heldLock]int
	// long and burdens are what has been found out about statements, idle about
	// steps whose table has no rows, and first about scripts for a rule.
	long    map[*replay.Statement]string
	burdens map[*replay.Statement][]burden
	idle    map[*replay.Step]bool
	first   map[ruleOnScript]*replay.Statement
	// referencing are the relations that refer to a relation at the end of the
	// window, and triggered those with an enabled trigger of a function; in order
	// of name, once they were asked for.
	referencing, triggered map[catalog.OID][]*catalog.Relation
}

// A ruleOnScript is a rule that judges a script.
type ruleOnScript struct {
	rule   *Rule
	script *migration.Script
}

// A heldLock is a lock that a transaction holds on a relation, which keeps
// writers from it, and readers too or not.
type heldLock struct {
	transaction int
	relation    catalog.OID
	reads       bool
}

func newRelease(statements []*replay.Statement) *release {
	steps := 0
	for _, s := range statements {
		if !s.Down {
			steps += len(s.Steps)
		}
	}
	r := &release{
		steps: make([]*replay.Step, 0, steps), places: make(map[*replay.Step]int, steps), born: map[catalog.OID]bool{}, positions: make(map[*replay.Statement]int, len(statements)), naming: map[string][]*replay.Step{},
		work: map[int]*work{}, constraints: map[catalog.OID]*replay.Statement{}, alone: map[*migration.Script]bool{}, bulk: map[*migration.Script]map[catalog.OID]int{}, scripts: map[*migration.Script][]*replay.Statement{}, settings: map[string]bool{},
		long: map[*replay.Statement]string{}, burdens: map[*replay.Statement][]burden{}, idle: map[*replay.Step]bool{}, first: map[ruleOnScript]*replay.Statement{},
	}
	for i, s := range statements {
		r.positions[s] = i
		r.scripts[s.Script] = append(r.scripts[s.Script], s)
		for _, op := range s.Ops {
			if runsAlone(op) {
				r.alone[s.Script] = true
			}
		}
		if s.Down {
			continue
		}
		enums := false
		for _, step := range s.Steps {
			r.places[step] = len(r.steps)
			if !step.RolledBack {
				r.steps = append(r.steps, step)
			}
			for _, name := range tablesNamed(step.Op) {
				r.naming[name] = append(r.naming[name], step)
			}
			if op, ok := step.Op.(*ddl.SetVariable); ok {
				if !step.RolledBack {
					r.variables = append(r.variables, r.places[step])
				}
				if len(op.Values) > 0 {
					r.settings[op.Name] = true
				}
			}
			for _, c := range step.Changes {
				switch c := c.(type) {
				case *catalog.RelationCreated:
					r.born[c.Relation.OID] = true
				case *catalog.TypeCreated:
					enums = enums || c.Type.Kind == catalog.Enum
				case *catalog.EnumValueAdded:
					enums = true
				case *catalog.ConstraintAdded:
					if _, known := r.constraints[c.Constraint.OID]; !known && !step.RolledBack {
						r.constraints[c.Constraint.OID] = s
					}
				}
			}
		}
		if enums {
			r.enums = append(r.enums, s)
		}
	}
	return r
}

// lookUp finds who refers to whom at the end of the window.
func (r *release) lookUp(end *catalog.Catalog) {
	if r.referencing != nil {
		return
	}
	r.referencing, r.triggered = map[catalog.OID][]*catalog.Relation{}, map[catalog.OID][]*catalog.Relation{}
	add := func(to map[catalog.OID][]*catalog.Relation, oid catalog.OID, from *catalog.Relation) {
		if list := to[oid]; len(list) == 0 || list[len(list)-1] != from {
			to[oid] = append(list, from)
		}
	}
	for each := range end.Relations() {
		for _, c := range each.Constraints {
			if c.References != 0 {
				add(r.referencing, c.References, each)
			}
		}
		for _, t := range each.Triggers {
			if !disabled(t) {
				add(r.triggered, t.Function, each)
			}
		}
	}
}

// referring returns the relations that refer to one at the end of the window.
func (p *Pass) referring(oid catalog.OID) []*catalog.Relation {
	p.release.lookUp(p.Window.End)
	return p.release.referencing[oid]
}

// tablesNamed returns the names of the tables that an operation fills, empties
// or extends.
func tablesNamed(op ddl.Op) []string {
	switch op := op.(type) {
	case *ddl.Insert:
		return []string{op.Table.Name.Name}
	case *ddl.Copy:
		return []string{op.Table.Name.Name}
	case *ddl.CreateTableAs:
		return []string{op.Table.Name.Name}
	case *ddl.AddColumn:
		return []string{op.Relation.Name.Name}
	case *ddl.Truncate:
		var names []string
		for _, t := range op.Tables {
			names = append(names, t.Name.Name)
		}
		return names
	}
	return nil
}
