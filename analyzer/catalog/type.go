package catalog

// String returns the type as format_type prints it.
func (t Type) String() string { return t.Name.String() }
