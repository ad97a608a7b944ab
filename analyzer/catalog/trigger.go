package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// builtInTriggerFunctions are the trigger functions of pg_catalog.
var builtInTriggerFunctions = []string{
	"suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column", "unique_key_recheck",
}

// triggerConstraint is the contype of CREATE CONSTRAINT TRIGGER's row.
const triggerConstraint = ddl.ConstraintKind('t')

func (r *Relation) trigger(name string) *Trigger {
	i := slices.IndexFunc(r.Triggers, func(t *Trigger) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return r.Triggers[i]
}

func (r *Relation) policy(name string) *Policy {
	i := slices.IndexFunc(r.Policies, func(p *Policy) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return r.Policies[i]
}

func (r *Relation) rule(name string) *Rule {
	i := slices.IndexFunc(r.Rules, func(p *Rule) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return r.Rules[i]
}

func (e *editor) createTrigger(op *ddl.CreateTrigger) *Error {
	kind := Table
	if op.Timing == "instead of" {
		kind = View
	}
	r, err := e.relation(op.Table.Name, kind)
	if err != nil {
		return err
	}
	if err := triggerFits(r, op); err != nil {
		return err
	}
	t := &Trigger{
		Name: op.Trigger.Name, FunctionName: op.Function.Name, Timing: op.Timing, Events: op.Events,
		ForEachRow: op.ForEachRow, When: op.When, Args: op.Args, Constraint: op.Constraint, State: "enable", Created: e.at(),
	}
	if op.References.Name.Name != "" {
		if _, err := e.relation(op.References.Name, Table); err != nil {
			return err
		}
	}
	for _, column := range op.Columns {
		var a *Attribute
		if r, a, err = e.attribute(r, column); err != nil {
			return err
		}
		if slices.Contains(t.Columns, a.Num) {
			return refuse(duplicateColumn, "column %q specified more than once", column)
		}
		t.Columns = append(t.Columns, a.Num)
	}
	f, err := e.triggerFunction(op.Function.Name)
	if err != nil {
		return err
	}
	if f != nil {
		t.Function, t.FunctionName = f.OID, f.QualifiedName()
	}
	s := e.own(r)
	old := s.trigger(t.Name)
	switch {
	case old == nil && e.cloned(s, t.Name) != nil:
		return refuse(duplicateObject, "trigger %q for relation %q already exists", t.Name, s.Name)
	case old == nil:
		t.OID = e.newOID()
		s.Triggers = append(slices.Clip(s.Triggers), t)
	case !op.Replace:
		return refuse(duplicateObject, "trigger %q for relation %q already exists", t.Name, s.Name)
	case old.Constraint || op.Constraint:
		return refuse(duplicateObject, "trigger %q for relation %q is a constraint trigger", t.Name, s.Name)
	default:
		t.OID, t.Comment = old.OID, old.Comment
		e.undepend(Address{OID: s.OID, Part: PartTrigger, ID: uint32(t.OID)})
		s.Triggers = slices.Clone(s.Triggers)
		s.Triggers[slices.Index(s.Triggers, old)] = t
	}
	if op.Constraint {
		if s.Constraint(t.Name) != nil {
			return refuse(duplicateKey, "duplicate key value violates unique constraint %q", "pg_constraint_conrelid_contypid_conname_index")
		}
		c := &Constraint{
			OID: e.newOID(), Name: t.Name, Kind: triggerConstraint, Trigger: true, Created: e.at(), Valid: true, Enforced: true, Local: true,
			Deferrable: op.Deferrable, InitiallyDeferred: op.InitiallyDeferred,
		}
		s.Constraints = append(slices.Clip(s.Constraints), c)
		e.conname(s.Schema, t.Name, 1)
		e.depend(s.OID, Dependency{
			Dependent:      Address{OID: s.OID, Part: PartConstraint, ID: uint32(c.OID)},
			ReferencedPart: Address{OID: s.OID, Part: PartTrigger, ID: uint32(t.OID)},
			Auto:           true,
		})
	}
	if err := e.dependTrigger(s, t); err != nil {
		return err
	}
	e.changed(&TriggerCreated{Relation: e.RelationByOID(s.OID), Before: old, Trigger: t})
	return nil
}

// triggerFits checks that a relation can have such a trigger.
func triggerFits(r *Relation, op *ddl.CreateTrigger) *Error {
	instead := op.Timing == "instead of"
	switch {
	case r.Assumed:
	case r.Kind == Table || r.Kind == PartitionedTable || r.Kind == ForeignTable:
		if instead || r.Kind == ForeignTable && op.Constraint {
			return refuse(wrongObjectType, "%q is a %s", r.Name, r.Kind)
		}
	case r.Kind == View:
		if !instead && op.ForEachRow || slices.Contains(op.Events, "truncate") {
			return refuse(wrongObjectType, "%q is a view", r.Name)
		}
	default:
		return refuse(wrongObjectType, "relation %q cannot have triggers", r.Name)
	}
	switch {
	case instead && !op.ForEachRow:
		return refuse(featureNotSupported, "INSTEAD OF triggers must be FOR EACH ROW")
	case instead && op.When != nil:
		return refuse(featureNotSupported, "INSTEAD OF triggers cannot have WHEN conditions")
	case op.ForEachRow && slices.Contains(op.Events, "truncate"):
		return refuse(featureNotSupported, "TRUNCATE FOR EACH ROW triggers are not supported")
	case instead && len(op.Columns) > 0:
		return refuse(featureNotSupported, "INSTEAD OF triggers cannot have column lists")
	}
	return nil
}

// triggerFunction resolves a trigger's function. It is nil where that is not
// the history's.
func (e *editor) triggerFunction(n ddl.Name) (*Function, *Error) {
	if (n.Schema == "" || n.Schema == "pg_catalog") && slices.Contains(builtInTriggerFunctions, n.Name) {
		return nil, nil
	}
	f, err := e.findRoutine(ddl.Object{Kind: ddl.Function, Name: ddl.Ref{Name: n}, HasArgs: true})
	if err != nil || f == nil {
		return nil, err
	}
	if f.Returns.Name.Name != "trigger" {
		return nil, refuse(invalidObjectDefinition, "function %s must return type trigger", f.Name)
	}
	return f, nil
}

// cloned returns the trigger of that name that a partition has from one of the
// partitioned tables above it. Clones are not listed with the partition.
func (e *editor) cloned(r *Relation, name string) *Trigger {
	for r != nil && r.Partition != nil && len(r.Parents) > 0 {
		if r = e.RelationByOID(r.Parents[0]); r == nil {
			return nil
		}
		if t := r.trigger(name); t != nil && t.ForEachRow {
			return t
		}
	}
	return nil
}

// dependTrigger records what a trigger refers to.
func (e *editor) dependTrigger(r *Relation, t *Trigger) *Error {
	dependent := Address{OID: r.OID, Part: PartTrigger, ID: uint32(t.OID)}
	e.depend(t.Function, Dependency{Dependent: dependent})
	for _, num := range t.Columns {
		e.depend(r.OID, Dependency{Dependent: dependent, Column: num})
	}
	return e.dependOnRow(r, t.When, dependent)
}

// changeTrigger replaces one trigger of a relation by a changed copy.
func (e *editor) changeTrigger(r *Relation, oid OID, change func(*Trigger)) (before, after *Trigger, now *Relation) {
	i := slices.IndexFunc(r.Triggers, func(t *Trigger) bool { return t.OID == oid })
	if i < 0 {
		return nil, nil, r
	}
	s := e.own(r)
	before = s.Triggers[i]
	t := *before
	change(&t)
	s.Triggers = slices.Clone(s.Triggers)
	s.Triggers[i] = &t
	return before, &t, s
}

func (e *editor) createRule(op *ddl.CreateRule) *Error {
	r, err := e.relation(op.Table.Name, Table)
	if err != nil {
		return err
	}
	if err := r.needKind("relation %q cannot have rules", Table, PartitionedTable, View, MaterializedView); err != nil {
		return err
	}
	rule := &Rule{Name: op.Rule.Name, Event: op.Event, Instead: op.Instead, Where: op.Where, State: "enable", Created: e.at()}
	s := e.own(r)
	old := s.rule(rule.Name)
	switch {
	case old == nil:
		rule.OID = e.newOID()
		s.Rules = append(slices.Clip(s.Rules), rule)
	case !op.Replace:
		return refuse(duplicateObject, "rule %q for relation %q already exists", rule.Name, s.Name)
	default:
		rule.OID, rule.Comment = old.OID, old.Comment
		e.undepend(Address{OID: s.OID, Part: PartRule, ID: uint32(rule.OID)})
		s.Rules = slices.Clone(s.Rules)
		s.Rules[slices.Index(s.Rules, old)] = rule
	}
	if err := e.dependOnRow(s, op.Where, Address{OID: s.OID, Part: PartRule, ID: uint32(rule.OID)}); err != nil {
		return err
	}
	e.changed(&RuleCreated{Relation: e.RelationByOID(s.OID), Before: old, Rule: rule})
	return nil
}

func (e *editor) createPolicy(op *ddl.CreatePolicy) *Error {
	switch {
	case op.WithCheck != nil && (op.Command == "select" || op.Command == "delete"):
		return refuse(syntaxError, "WITH CHECK cannot be applied to SELECT or DELETE")
	case op.Using != nil && op.Command == "insert":
		return refuse(syntaxError, "only WITH CHECK expression allowed for INSERT")
	}
	r, err := e.relation(op.Table.Name, Table)
	if err != nil {
		return err
	}
	if err := r.needKind("%q is not a table", Table, PartitionedTable); err != nil {
		return err
	}
	if r.policy(op.Policy.Name) != nil {
		return refuse(duplicateObject, "policy %q for table %q already exists", op.Policy.Name, r.Name)
	}
	p := &Policy{
		OID: e.newOID(), Name: op.Policy.Name, Restrictive: op.Restrictive, Command: op.Command, Roles: op.Roles,
		Using: op.Using, WithCheck: op.WithCheck, Created: e.at(),
	}
	s := e.own(r)
	s.Policies = append(slices.Clip(s.Policies), p)
	if s, err = e.dependPolicy(s, p); err != nil {
		return err
	}
	e.changed(&PolicyChanged{Relation: s, After: p})
	return nil
}

func (e *editor) dependPolicy(r *Relation, p *Policy) (*Relation, *Error) {
	dependent := Address{OID: r.OID, Part: PartPolicy, ID: uint32(p.OID)}
	for _, x := range []*ddl.Expr{p.Using, p.WithCheck} {
		if err := e.dependOnTable(r, x, dependent); err != nil {
			return nil, err
		}
		r = e.RelationByOID(r.OID)
	}
	return r, nil
}

func (e *editor) alterPolicy(op *ddl.AlterPolicy) *Error {
	r, err := e.relation(op.Table.Name, Table)
	if err != nil {
		return err
	}
	old := r.policy(op.Policy.Name)
	if old == nil {
		if r.Assumed {
			return nil
		}
		return refuse(undefinedObject, "policy %q for table %q does not exist", op.Policy.Name, r.Name)
	}
	p := *old
	if op.Roles != nil {
		p.Roles = op.Roles
	}
	if op.Using != nil {
		p.Using = op.Using
	}
	if op.WithCheck != nil {
		p.WithCheck = op.WithCheck
	}
	e.undepend(Address{OID: r.OID, Part: PartPolicy, ID: uint32(p.OID)})
	s := e.own(r)
	s.Policies = slices.Clone(s.Policies)
	s.Policies[slices.Index(s.Policies, old)] = &p
	if s, err = e.dependPolicy(s, &p); err != nil {
		return err
	}
	e.changed(&PolicyChanged{Relation: s, Before: old, After: &p})
	return nil
}

func (e *editor) dropPart(op *ddl.DropPart) *Error {
	r := e.Relation(op.Table.Name)
	if r == nil && op.IfExists {
		return nil
	}
	if r == nil {
		var err *Error
		if r, err = e.relation(op.Table.Name, Table); err != nil {
			return err
		}
	}
	target, ok := r.part(op.Kind, op.Name.Name)
	if !ok && op.Kind == ddl.Trigger && e.cloned(r, op.Name.Name) != nil {
		return refuse(dependentObjectsStill, "cannot drop trigger %s on table %s because trigger %s on table %s requires it",
			op.Name.Name, r.Name, op.Name.Name, e.RelationByOID(r.Parents[0]).Name)
	}
	if !ok {
		if op.IfExists || r.Assumed {
			return nil
		}
		return refuse(undefinedObject, "%s %q for %s %q does not exist", op.Kind, op.Name.Name, partOwner(op.Kind), r.Name)
	}
	return e.drop([]Address{target}, op.Name.Name, op.Cascade)
}

// partOwner is the word that PostgreSQL's messages have for the relation of a
// trigger, policy or rule.
func partOwner(kind ddl.Kind) string {
	if kind == ddl.Rule {
		return "relation"
	}
	return "table"
}

// part returns the address of a trigger, rule or policy.
func (r *Relation) part(kind ddl.Kind, name string) (Address, bool) {
	switch kind {
	case ddl.Trigger:
		if t := r.trigger(name); t != nil {
			return Address{OID: r.OID, Part: PartTrigger, ID: uint32(t.OID)}, true
		}
	case ddl.Policy:
		if p := r.policy(name); p != nil {
			return Address{OID: r.OID, Part: PartPolicy, ID: uint32(p.OID)}, true
		}
	case ddl.Rule:
		if p := r.rule(name); p != nil {
			return Address{OID: r.OID, Part: PartRule, ID: uint32(p.OID)}, true
		}
	}
	return Address{}, false
}

// renamePart renames a trigger, policy or rule.
func (e *editor) renamePart(r *Relation, kind ddl.Kind, name, newName string) *Error {
	target, ok := r.part(kind, name)
	if !ok {
		if r.Assumed {
			return nil
		}
		return refuse(undefinedObject, "%s %q for %s %q does not exist", kind, name, partOwner(kind), r.Name)
	}
	if _, taken := r.part(kind, newName); taken {
		return refuse(duplicateObject, "%s %q for %s %q already exists", kind, newName, partOwner(kind), r.Name)
	}
	switch kind {
	case ddl.Trigger:
		before, after, s := e.changeTrigger(r, OID(target.ID), func(t *Trigger) { t.Name = newName })
		if i := slices.IndexFunc(s.Constraints, func(c *Constraint) bool { return c.Trigger && c.Name == name }); i >= 0 {
			c := *s.Constraints[i]
			c.Name = newName
			s.Constraints = slices.Clone(s.Constraints)
			s.Constraints[i] = &c
			e.conname(s.Schema, name, -1)
			e.conname(s.Schema, newName, 1)
		}
		e.changed(&TriggerChanged{Relation: s, Before: before, After: after})
	case ddl.Policy:
		s := e.own(r)
		before := s.policy(name)
		after := *before
		after.Name = newName
		s.Policies = slices.Clone(s.Policies)
		s.Policies[slices.Index(s.Policies, before)] = &after
		e.changed(&PolicyChanged{Relation: s, Before: before, After: &after})
	case ddl.Rule:
		s := e.own(r)
		i := slices.Index(s.Rules, s.rule(name))
		after := *s.Rules[i]
		after.Name = newName
		s.Rules = slices.Clone(s.Rules)
		s.Rules[i] = &after
		e.changed(&RelationOptionChanged{Before: r, After: s, What: "rule"})
	}
	return nil
}

// altered resolves the relation of an ALTER of a table, nil where IF EXISTS
// makes it no error that there is none. Action is PostgreSQL's word for the
// subcommand.
func (e *editor) alteredTable(op ddl.Altered, action string, kinds ...RelKind) (*Relation, *Error) {
	if op.IfExists && e.Relation(op.Relation.Name) == nil {
		return nil, nil
	}
	r, err := e.relation(op.Relation.Name, Table)
	if err != nil {
		return nil, err
	}
	return r, r.needKind("ALTER action "+action+" cannot be performed on relation %q", kinds...)
}

// needKind refuses a relation that is known not to be of one of the kinds.
func (r *Relation) needKind(format string, kinds ...RelKind) *Error {
	if r.Assumed || slices.Contains(kinds, r.Kind) {
		return nil
	}
	return refuse(wrongObjectType, format, r.Name)
}

func (e *editor) setRowSecurity(op *ddl.SetRowSecurity) *Error {
	r, err := e.alteredTable(op.Altered, "ENABLE ROW SECURITY", Table, PartitionedTable)
	if err != nil || r == nil {
		return err
	}
	s := e.own(r)
	switch op.Action {
	case "enable":
		s.RowSecurity = true
	case "disable":
		s.RowSecurity = false
	case "force":
		s.ForceRowSecurity = true
	case "no force":
		s.ForceRowSecurity = false
	}
	e.changed(&RowSecurityChanged{Before: r, After: s})
	return nil
}

func (e *editor) setTriggerState(op *ddl.SetTriggerState) *Error {
	r, err := e.alteredTable(op.Altered, "ENABLE TRIGGER", Table, PartitionedTable, View, ForeignTable, MaterializedView)
	if err != nil || r == nil {
		return err
	}
	if op.Rule {
		if err := r.needKind("ALTER action RULE cannot be performed on relation %q", Table, PartitionedTable); err != nil {
			return err
		}
		return e.setRuleState(r, op)
	}
	found := op.All || op.User
	for _, t := range r.Triggers {
		if !op.All && !op.User && t.Name != op.Name {
			continue
		}
		found = true
		if t.State == op.State {
			continue
		}
		before, after, s := e.changeTrigger(r, t.OID, func(t *Trigger) { t.State = op.State })
		e.changed(&TriggerChanged{Relation: s, Before: before, After: after})
	}
	if !found && !r.Assumed && e.cloned(r, op.Name) == nil {
		return refuse(undefinedObject, "trigger %q for table %q does not exist", op.Name, r.Name)
	}
	return nil
}

func (e *editor) setRuleState(r *Relation, op *ddl.SetTriggerState) *Error {
	old := r.rule(op.Name)
	if old == nil {
		if r.Assumed {
			return nil
		}
		return refuse(undefinedObject, "rule %q for relation %q does not exist", op.Name, r.Name)
	}
	rule := *old
	rule.State = op.State
	s := e.own(r)
	s.Rules = slices.Clone(s.Rules)
	s.Rules[slices.Index(s.Rules, old)] = &rule
	e.changed(&RelationOptionChanged{Before: r, After: s, What: "rule"})
	return nil
}

func (e *editor) setReplicaIdentity(op *ddl.SetReplicaIdentity) *Error {
	r, err := e.alteredTable(op.Altered, "REPLICA IDENTITY", Table, PartitionedTable, MaterializedView)
	if err != nil || r == nil {
		return err
	}
	if op.Identity == "index" {
		if err := e.identityIndex(r, op.Index); err != nil {
			return err
		}
	}
	s := e.own(r)
	s.ReplicaIdentity, s.ReplicaIndex = op.Identity, op.Index
	if op.Identity == "default" {
		s.ReplicaIdentity = ""
	}
	e.changed(&ReplicaIdentityChanged{Before: r, After: s})
	return nil
}

// identityIndex checks that an index can be the replica identity of a table.
func (e *editor) identityIndex(r *Relation, name string) *Error {
	x := e.relationNamed(ddl.Name{Schema: r.Schema, Name: name})
	switch {
	case x == nil || x.Assumed:
		if r.Assumed {
			return nil
		}
		return refuse(undefinedObject, "index %q for table %q does not exist", name, r.Name)
	case x.Index == nil || x.Index.Table != r.OID:
		return refuse(wrongObjectType, "%q is not an index for table %q", name, r.Name)
	case !x.Index.Unique:
		return refuse(wrongObjectType, "cannot use non-unique index %q as replica identity", name)
	case slices.Contains(x.Index.Columns, 0):
		return refuse(featureNotSupported, "cannot use expression index %q as replica identity", name)
	case x.Index.Where != nil:
		return refuse(featureNotSupported, "cannot use partial index %q as replica identity", name)
	}
	for _, num := range x.Index.Columns {
		if a := r.AttributeByNum(num); a != nil && !a.Assumed && !a.NotNull {
			return refuse(wrongObjectType, "index %q cannot be used as replica identity because column %q is nullable", name, a.Name)
		}
	}
	return nil
}
