package drill

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A role is one of the server's: all databases share them, so that what a
// migration does to one in a copy is undone with the copy.
type role struct {
	OID              uint32
	Name, Attributes string
	// MemberOf are the roles that it is a member of.
	MemberOf []string
}

// readRoles reads the roles of the server.
func (d *driller) readRoles(ctx context.Context) ([]role, error) {
	rows, err := d.admin.Query(ctx, `SELECT oid, rolname::text, concat_ws(' ',
			CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
			CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
			CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
			CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, 'CONNECTION LIMIT ' || rolconnlimit),
		ARRAY(SELECT DISTINCT pg_get_userbyid(roleid)::text FROM pg_catalog.pg_auth_members WHERE member = r.oid ORDER BY 1)
		FROM pg_catalog.pg_roles r WHERE rolname !~ '^pg_'`)
	if err != nil {
		return nil, fmt.Errorf("reading the roles: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[role])
}

// restoreRoles gives the roles that the migrations name back what they were.
func (d *driller) restoreRoles(ctx context.Context, before []role) error {
	now, err := d.readRoles(ctx)
	if err != nil {
		return err
	}
	for _, sql := range d.restoring(before, now) {
		// Some may not be what the drill's role may do.
		if _, err := d.admin.Exec(ctx, sql); err != nil && !isRefusal(err) {
			return err
		}
	}
	return nil
}

// restoring are the statements that make the roles that migrations name, as
// they are now, what they were.
func (d *driller) restoring(before, now []role) []string {
	var all []string
	of := func(roles []role, same func(role) bool) *role {
		if i := slices.IndexFunc(roles, same); i >= 0 {
			return &roles[i]
		}
		return nil
	}
	for _, r := range now {
		was := of(before, func(b role) bool { return b.OID == r.OID || b.Name == r.Name })
		switch {
		case !d.makes(r.Name):
		case was == nil:
			all = append(all, "DROP OWNED BY "+quoted(r.Name), "DROP ROLE "+quoted(r.Name))
		case was.Name != r.Name && of(now, func(n role) bool { return n.Name == was.Name }) == nil:
			all = append(all, "ALTER ROLE "+quoted(r.Name)+" RENAME TO "+quoted(was.Name))
		}
	}
	var grants []string
	for _, was := range before {
		if !d.makes(was.Name) {
			continue
		}
		is := of(now, func(n role) bool { return n.OID == was.OID || n.Name == was.Name })
		switch {
		case is == nil:
			all = append(all, "CREATE ROLE "+quoted(was.Name)+" "+was.Attributes)
			is = &role{}
		case is.Attributes != was.Attributes:
			all = append(all, "ALTER ROLE "+quoted(was.Name)+" "+was.Attributes)
		}
		for _, of := range was.MemberOf {
			if !slices.Contains(is.MemberOf, of) {
				grants = append(grants, "GRANT "+quoted(of)+" TO "+quoted(was.Name))
			}
		}
		for _, of := range is.MemberOf {
			if !slices.Contains(was.MemberOf, of) {
				grants = append(grants, "REVOKE "+quoted(of)+" FROM "+quoted(was.Name))
			}
		}
	}
	return append(all, grants...)
}

// makes reports whether a migration names a role: others may come to a server
// meanwhile.
func (d *driller) makes(role string) bool {
	return regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(strings.ToLower(role)) + `(\W|$)`).MatchString(d.text)
}

// readDatabases reads the names of the server's databases, if the migrations
// make any.
func (d *driller) readDatabases(ctx context.Context) ([]string, error) {
	if !strings.Contains(d.text, "database") {
		return nil, nil
	}
	rows, err := d.admin.Query(ctx, "SELECT datname::text FROM pg_catalog.pg_database")
	if err != nil {
		return nil, fmt.Errorf("reading the databases: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// restoreDatabases drops the databases that the migrations made.
func (d *driller) restoreDatabases(ctx context.Context, before []string) error {
	now, err := d.readDatabases(ctx)
	if err != nil {
		return err
	}
	for _, name := range now {
		if slices.Contains(before, name) || slices.Contains(d.names, name) || !d.makes(name) {
			continue
		}
		if _, err := d.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted(name)); err != nil && !isRefusal(err) {
			return err
		}
	}
	return nil
}

// shared is what all databases of a server share.
type shared struct {
	roles     []role
	databases []string
}

func (d *driller) readShared(ctx context.Context) (s shared, err error) {
	if s.roles, err = d.readRoles(ctx); err != nil {
		return s, err
	}
	s.databases, err = d.readDatabases(ctx)
	return s, err
}

func (d *driller) restore(ctx context.Context, s shared) error {
	if err := d.restoreDatabases(ctx, s.databases); err != nil {
		return err
	}
	return d.restoreRoles(ctx, s.roles)
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
