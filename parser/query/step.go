package query

import "github.com/migracheck/migracheck/parser/source"

// A Step is one operation of an expression: what parse analysis looks an
// operator, a function, a cast or a common type up for. The steps of an
// expression are in the order of evaluation, operands before what takes them,
// and the last one is the expression. They say what decides types and no more:
// constructs that PostgreSQL treats alike are one kind.
type Step struct {
	Kind StepKind
	// Name is the operator or function, the type of a StepConstant, and of a
	// StepCommon what wants the common type: case, coalesce, greatest, array.
	Name Name
	// Args are the steps that are the operands, by index.
	Args []int
	// Value is the text of a constant.
	Value string
	// Type is what a StepCast casts to; where its name is array, the operands
	// are elements of an ARRAY[…] of that type.
	Type *TypeName
	// Index is the column of a StepColumn among Columns, the query of a
	// StepSubquery among Subqueries, or the number of a StepParameter.
	Index int
	At    source.Span
}

// A StepKind says what a Step does with its operands.
type StepKind uint8

// The kinds of steps.
const (
	// StepOpaque is what none of the others is: its type is not known.
	StepOpaque StepKind = iota
	StepColumn
	// StepString is a string constant, which takes the type that its
	// surroundings want; StepNull is NULL.
	StepString
	StepNull
	// StepConstant is a constant with a type of its own.
	StepConstant
	StepParameter
	StepCast
	// StepOperator is one or two operands; IN, LIKE, BETWEEN, IS DISTINCT FROM
	// and comparisons of rows are made of the operators that they mean.
	StepOperator
	// StepNullIf is an operator with the type of the first operand.
	StepNullIf
	StepFunction
	// StepCommon has the type that all operands go together in.
	StepCommon
	// StepIn compares the first operand with the others, as = ANY (ARRAY[…])
	// where those have a common type.
	StepIn
	// StepAny compares the first operand with the elements of the second.
	StepAny
	// StepBoolean wants truth values and yields one.
	StepBoolean
	// StepTest takes anything and yields a truth value: IS NULL.
	StepTest
	// StepSubscript is an element of the first operand, StepSlice several of
	// them.
	StepSubscript
	StepSlice
	// StepSubquery is one value of a query; with an operator as its name the
	// comparison of the operand with its rows; exists or array are names, too.
	StepSubquery
	// StepSort and StepGroup want an order or an equality of the operand, and
	// are that operand.
	StepSort
	StepGroup
	// StepCollate wants strings, and is its operand.
	StepCollate
)
