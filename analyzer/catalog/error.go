package catalog

import "fmt"

// An Error is a statement that PostgreSQL would refuse, given the schema alone.
type Error struct {
	// SQLState is the five-character code.
	// https://www.postgresql.org/docs/current/errcodes-appendix.html
	SQLState string
	// Message is PostgreSQL's message, in its words.
	Message string
	// Since is the first major that accepts the statement, where the server is
	// too old for it; else 0.
	Since int
}

func (e *Error) Error() string { return e.Message + " (SQLSTATE " + e.SQLState + ")" }

func refuse(sqlstate, format string, args ...any) *Error {
	return &Error{SQLState: sqlstate, Message: fmt.Sprintf(format, args...)}
}

// The codes that replay produces.
const (
	ambiguousFunction         = "42725"
	duplicateKey              = "23505"
	generatedAlways           = "428C9"
	insufficientPrivilege     = "42501"
	invalidTextRepresentation = "22P02"
	invalidGrant              = "0LP01"
	invalidName               = "42602"
	undefinedDatabase         = "3D000"
	activeSQLTransaction      = "25001"
	dependentObjectsStill     = "2BP01"
	ambiguousColumn           = "42702"
	datatypeMismatch          = "42804"
	duplicateColumn           = "42701"
	duplicateFunction         = "42723"
	duplicateObject           = "42710"
	duplicateSchema           = "42P06"
	duplicateTable            = "42P07"
	featureNotSupported       = "0A000"
	invalidColumnReference    = "42P10"
	invalidForeignKey         = "42830"
	invalidObjectDefinition   = "42P17"
	invalidParameter          = "22023"
	invalidTableDefinition    = "42P16"
	invalidFunctionDefinition = "42P13"
	objectNotInPrerequisite   = "55000"
	reservedName              = "42939"
	syntaxError               = "42601"
	tooManyColumns            = "54011"
	undefinedColumn           = "42703"
	undefinedFunction         = "42883"
	undefinedObject           = "42704"
	undefinedSchema           = "3F000"
	undefinedTable            = "42P01"
	unsafeNewEnumValue        = "55P04"
	wrongObjectType           = "42809"
)
