package replay

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// newer returns the refusal of a statement that the server is too old for, or
// too new, and the operation that it is about. Without a version it is too old
// for nothing.
//
// A grammar refuses a statement before anything else is looked at. What is
// refused later gives way to other refusals, and to functions and types that
// the database has of its own.
func (r *replayer) newer(ops []ddl.Op) (ddl.Op, *catalog.Error) {
	for _, op := range ops {
		if f := r.lacking(parsed(op), true); f != nil {
			return op, tooNew(*f)
		}
	}
	for _, op := range ops {
		if op.Facts().Conditional {
			continue
		}
		if f := r.lacking(analysed(op), false); f != nil && r.accepts(ops) {
			return op, tooNew(*f)
		}
		if refusal := r.retired(op); refusal != nil && r.accepts(ops) {
			return op, refusal
		}
		if f := r.unsupported(op); f.Since > r.version && r.version > 0 && r.accepts(ops) {
			return op, tooNew(f)
		}
	}
	return nil, nil
}

// lacking returns the first feature that the server does not have, of those
// that its grammar refuses or of the others; or nil.
func (r *replayer) lacking(features []ddl.Feature, syntax bool) *ddl.Feature {
	if r.version == 0 {
		return nil
	}
	i := slices.IndexFunc(features, func(f ddl.Feature) bool {
		return f.Since > r.version && f.Syntax() == syntax && !r.has(f.Name)
	})
	if i < 0 {
		return nil
	}
	return &features[i]
}

// parsed returns what is new in an operation, and in the body of a routine that
// it creates: the server reads that at once.
func parsed(op ddl.Op) []ddl.Feature {
	features := op.Facts().Features
	if f, ok := op.(*ddl.CreateFunction); ok {
		for _, effect := range f.Effects {
			features = append(slices.Clip(features), effect.Facts().Features...)
		}
	}
	return features
}

// analysed returns what the server looks up when it gets the operation: in a
// routine's body only where that is SQL.
func analysed(op ddl.Op) []ddl.Feature {
	if f, ok := op.(*ddl.CreateFunction); ok && f.Language == "sql" {
		return parsed(op)
	}
	return op.Facts().Features
}

// retired returns the refusal of what a major gave up: 18 is the last that did.
func (r *replayer) retired(op ddl.Op) *catalog.Error {
	if r.version > 0 && r.version < 18 {
		return nil
	}
	switch op := op.(type) {
	case *ddl.CreateTable:
		if op.Unlogged && op.PartitionBy != nil {
			return &catalog.Error{SQLState: "0A000", Message: "partitioned tables cannot be unlogged"}
		}
	case *ddl.AddConstraint:
		if name := op.Constraint.Name.Name; r.version > 0 && r.namesNotNull(op.Relation, name) {
			return &catalog.Error{SQLState: "42710", Message: fmt.Sprintf("constraint %q for relation %q already exists", name, op.Relation.Name.Name)}
		}
	case *ddl.SetLogged:
		if r.is(op.Relation, catalog.PartitionedTable) {
			return &catalog.Error{SQLState: "42809", Message: "ALTER action SET LOGGED or UNLOGGED cannot be performed on a partitioned table"}
		}
	}
	return nil
}

func tooNew(f ddl.Feature) *catalog.Error {
	return &catalog.Error{
		SQLState: f.SQLState,
		Message:  fmt.Sprintf("%s came with PostgreSQL %d", f.What, f.Since),
		Since:    f.Since,
	}
}

// has reports whether the database may have a function or type of its own under
// a name that later majors use.
func (r *replayer) has(n ddl.Name) bool {
	if n.Name == "" {
		return false
	}
	n.Schema = ""
	if !r.now.Complete() || len(r.now.Functions(n)) > 0 || r.now.Type(n) != nil {
		return true
	}
	return slices.ContainsFunc(r.now.Extensions(), func(x *catalog.Extension) bool { return !slices.Contains(plainExtensions, x.Name) })
}

// plainExtensions are those that are known to have no function or type of a
// name that later majors use.
var plainExtensions = []string{
	"btree_gin", "btree_gist", "citext", "cube", "earthdistance", "fuzzystrmatch", "hstore", "intarray", "ltree",
	"pg_stat_statements", "pg_trgm", "pgcrypto", "plpgsql", "postgres_fdw", "tablefunc", "unaccent", "uuid-ossp", "vector",
}

// accepts reports whether nothing else is the matter with a statement.
func (r *replayer) accepts(ops []ddl.Op) bool {
	now := r.now.Fork()
	for _, op := range catalog.PassOrder(ops) {
		after, _, refusal := now.Apply(op)
		if refusal != nil {
			return false
		}
		now = after
	}
	return true
}

// unsupported returns what the server does not do yet with an object of the
// kind that the operation is on.
func (r *replayer) unsupported(op ddl.Op) (f ddl.Feature) {
	switch op := op.(type) {
	case *ddl.AddConstraint:
		return r.unsupportedConstraint(op)
	case *ddl.CreateTable:
		if op.PartitionBy == nil {
			return f
		}
		if slices.ContainsFunc(op.Constraints, func(c *ddl.Constraint) bool { return c.Kind == ddl.Exclude }) {
			return ddl.Feature{What: "an exclusion constraint on a partitioned table", Since: 17, SQLState: "0A000"}
		}
		if op.AccessMethod != "" {
			return ddl.Feature{What: "an access method of a partitioned table", Since: 17, SQLState: "0A000"}
		}
	case *ddl.SetAccessMethod:
		if r.is(op.Relation, catalog.PartitionedTable) {
			return ddl.Feature{What: "an access method of a partitioned table", Since: 17, SQLState: "42809"}
		}
	case *ddl.AddColumn:
		if t := r.now.Relation(op.Relation.Name); t != nil && t.Kind == catalog.PartitionedTable && len(t.Children) > 0 && op.Column.Identity != "" {
			return ddl.Feature{What: "a new identity column of a partitioned table with partitions", Since: 17, SQLState: "42P16"}
		}
	case *ddl.Cluster:
		if r.is(op.Table, catalog.PartitionedTable) {
			return ddl.Feature{What: "CLUSTER of a partitioned table", Since: 15, SQLState: "0A000"}
		}
	case *ddl.Merge:
		if r.is(op.Table, catalog.View) {
			return ddl.Feature{What: "MERGE into a view", Since: 17, SQLState: "0A000"}
		}
	}
	return r.unnamed(op)
}

func (r *replayer) unsupportedConstraint(op *ddl.AddConstraint) (f ddl.Feature) {
	if !r.is(op.Relation, catalog.PartitionedTable) {
		return f
	}
	switch {
	case op.Constraint.Kind == ddl.Exclude:
		return ddl.Feature{What: "an exclusion constraint on a partitioned table", Since: 17, SQLState: "0A000"}
	case op.Constraint.Kind == ddl.ForeignKey && op.Constraint.NotValid:
		return ddl.Feature{What: "a NOT VALID foreign key on a partitioned table", Since: 18, SQLState: "42809"}
	}
	return f
}

func (r *replayer) is(n ddl.Ref, kind catalog.RelKind) bool {
	if n.Name.Name == "" {
		return false
	}
	t := r.now.Relation(n.Name)
	return t != nil && t.Kind == kind
}

// unnamed returns that NOT NULL has no constraint and no name yet, where the
// operation names one.
func (r *replayer) unnamed(op ddl.Op) (f ddl.Feature) {
	var table ddl.Ref
	var name string
	switch op := op.(type) {
	case *ddl.DropConstraint:
		if op.ConstraintExists {
			return f
		}
		table, name = op.Relation, op.Constraint.Name
	case *ddl.ValidateConstraint:
		table, name = op.Relation, op.Constraint.Name
	case *ddl.AlterConstraint:
		table, name = op.Relation, op.Constraint.Name
	case *ddl.RenameConstraint:
		table, name = op.Relation, op.Constraint.Name
	case *ddl.Comment:
		if op.Object.Kind != ddl.TableConstraint {
			return f
		}
		table, name = op.Object.Name, op.Object.Part
	default:
		return f
	}
	if !r.namesNotNull(table, name) {
		return f
	}
	return ddl.Feature{What: "the constraint of NOT NULL", Since: 18, SQLState: "42704"}
}

// namesNotNull reports whether a constraint is that of a column which is NOT
// NULL: before 18 those have no entry in pg_constraint.
func (r *replayer) namesNotNull(table ddl.Ref, name string) bool {
	t := r.now.Relation(table.Name)
	return t != nil && name != "" && slices.ContainsFunc(t.Attributes, func(a *catalog.Attribute) bool { return a.NotNullName == name })
}

// passesOver reports whether the server finds nothing to drop where a newer one
// would.
func (r *replayer) passesOver(op ddl.Op) bool {
	d, ok := op.(*ddl.DropConstraint)
	return ok && d.ConstraintExists && r.version > 0 && r.version < 18 && r.namesNotNull(d.Relation, d.Constraint.Name)
}
