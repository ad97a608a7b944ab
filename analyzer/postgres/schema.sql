-- The schema of a database, an object a row: what it is, and tab by tab what
-- is known of it. Left out are what PostgreSQL itself and extensions own, and
-- what names itself differently on each server.
WITH
ns AS (
    SELECT oid, CASE WHEN nspname ~ '^pg_temp_' THEN 'pg_temp' ELSE nspname END AS name, nspowner, nspacl, nspname
    FROM pg_namespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND nspname !~ '^pg_toast_temp_'
),
ext AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
rel AS (
    SELECT c.*, ns.name || '.' || c.relname AS name
    FROM pg_class c JOIN ns ON ns.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_class'::regclass AND objid = c.oid)
      AND NOT EXISTS (SELECT FROM ext JOIN pg_index i ON i.indrelid = ext.objid WHERE classid = 'pg_class'::regclass AND i.indexrelid = c.oid)
      AND c.relkind <> 't'
),
att AS (
    SELECT a.*, rel.name || '.' || a.attname AS name, rel.relkind
    FROM pg_attribute a JOIN rel ON rel.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND rel.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
),
typ AS (
    SELECT t.*, ns.name || '.' || t.typname AS name
    FROM pg_type t JOIN ns ON ns.oid = t.typnamespace
    WHERE NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_type'::regclass AND objid = t.oid)
),
fn AS (
    SELECT p.*, ns.name || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name
    FROM pg_proc p JOIN ns ON ns.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
      -- a range type's constructors
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'i')
),
con AS (
    SELECT c.*, COALESCE(rel.name, typ.name) || '.' || c.conname AS name, to_jsonb(c) AS j
    FROM pg_constraint c LEFT JOIN rel ON rel.oid = c.conrelid LEFT JOIN typ ON typ.oid = c.contypid
    WHERE COALESCE(rel.name, typ.name) IS NOT NULL AND c.contype <> 'n'
      -- what a foreign key to a partitioned table needs for each partition
      AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = c.conparentid AND p.conrelid = c.conrelid)
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgparentid <> 0 AND c.contype = 't')
),
trg AS (
    SELECT t.*, rel.name || '.' || t.tgname AS name
    FROM pg_trigger t JOIN rel ON rel.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
),
lines (kind, name, fields) AS (
    SELECT 'schema', nspname::text, ARRAY[]::text[] FROM ns WHERE name <> 'pg_temp'
    UNION ALL
    SELECT 'extension', extname, ARRAY['schema=' || n.nspname] FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' END, name, ARRAY[
        CASE WHEN relpersistence = 'u' THEN 'unlogged' WHEN relpersistence = 't' THEN 'temporary' ELSE 'permanent' END,
        'partitioned=' || COALESCE((SELECT CASE partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' WHEN 'h' THEN 'hash' END || '(' ||
            (SELECT string_agg(COALESCE((SELECT attname FROM pg_attribute WHERE attrelid = rel.oid AND attnum = k AND k > 0), 'expression'), ',' ORDER BY o) FROM unnest(partattrs::int2[]) WITH ORDINALITY u (k, o)) || ')'
            FROM pg_partitioned_table WHERE partrelid = rel.oid), ''),
        'parents=' || COALESCE((SELECT string_agg(p.name, ',' ORDER BY i.inhseqno) FROM pg_inherits i JOIN rel p ON p.oid = i.inhparent WHERE i.inhrelid = rel.oid), ''),
        'partition=' || relispartition::text,
        'oftype=' || COALESCE((SELECT t.name FROM typ t WHERE t.oid = reloftype), ''),
        'populated=' || relispopulated::text,
        'rowsecurity=' || relrowsecurity::text || relforcerowsecurity::text,
        'replica=' || CASE CASE WHEN relkind IN ('r', 'p', 'm') THEN relreplident ELSE 'd' END WHEN 'd' THEN '' WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index' END]
    FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT 'column', name, ARRAY[
        attnum::text,
        format_type(atttypid, atttypmod),
        'notnull=' || attnotnull::text,
        'default=' || (atthasdef AND attgenerated = '')::text,
        'identity=' || CASE attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' ELSE '' END,
        'generated=' || CASE attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' ELSE '' END,
        'inherited=' || attinhcount::text || attislocal::text,
        'constraint=' || COALESCE((SELECT conname::text FROM pg_constraint WHERE conrelid = attrelid AND contype = 'n' AND conkey = ARRAY[attnum]), '')]
    FROM att
    UNION ALL
    SELECT 'constraint', name, ARRAY[
        contype::text,
        'columns=' || COALESCE((SELECT string_agg(a.attname, ',' ORDER BY CASE WHEN contype = 'c' THEN k ELSE o END) FROM unnest(conkey) WITH ORDINALITY u (k, o) JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k), ''),
        'valid=' || convalidated::text,
        'enforced=' || COALESCE(j ->> 'conenforced', 'true'),
        'deferrable=' || condeferrable::text || condeferred::text,
        'inherited=' || coninhcount::text || conislocal::text || (connoinherit AND contype = 'c')::text,
        'references=' || CASE WHEN contype = 'f' THEN COALESCE((SELECT r.name FROM rel r WHERE r.oid = confrelid), '') || '(' ||
            (SELECT string_agg(a.attname, ',' ORDER BY o) FROM unnest(confkey) WITH ORDINALITY u (k, o) JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k) || ')' ||
            confdeltype::text || confupdtype::text || confmatchtype::text ELSE '' END,
        'index=' || CASE WHEN contype IN ('p', 'u', 'x') THEN COALESCE((SELECT r.name FROM rel r WHERE r.oid = conindid), '') ELSE '' END]
    FROM con
    UNION ALL
    SELECT 'index', rel.name, ARRAY[
        'table=' || (SELECT t.name FROM rel t WHERE t.oid = i.indrelid),
        (SELECT amname FROM pg_am WHERE oid = rel.relam),
        'columns=' || (SELECT string_agg(COALESCE((SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = k AND k > 0), 'expression') ||
            CASE WHEN i.indoption[o - 1] & 1 <> 0 THEN ' desc' ELSE '' END ||
            CASE WHEN i.indoption[o - 1] & 1 <> i.indoption[o - 1] >> 1 THEN ' nulls' ELSE '' END, ',' ORDER BY o)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (k, o) WHERE o <= i.indnkeyatts),
        'include=' || COALESCE((SELECT string_agg((SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = k), ',' ORDER BY o)
            FROM unnest(i.indkey::int2[]) WITH ORDINALITY u (k, o) WHERE o > i.indnkeyatts), ''),
        'unique=' || indisunique::text, 'primary=' || indisprimary::text, 'exclusion=' || indisexclusion::text,
        'nullsnotdistinct=' || COALESCE(to_jsonb(i) ->> 'indnullsnotdistinct', 'false'),
        'valid=' || indisvalid::text, 'clustered=' || indisclustered::text,
        'where=' || (indpred IS NOT NULL)::text,
        'parent=' || COALESCE((SELECT p.name FROM pg_inherits h JOIN rel p ON p.oid = h.inhparent WHERE h.inhrelid = rel.oid), '')]
    FROM rel JOIN pg_index i ON i.indexrelid = rel.oid
    UNION ALL
    SELECT 'sequence', rel.name, ARRAY[
        format_type(seqtypid, NULL), 'start=' || seqstart, 'increment=' || seqincrement, 'range=' || seqmin || '..' || seqmax, 'cache=' || seqcache, 'cycle=' || seqcycle::text,
        'owner=' || COALESCE((SELECT a.name || CASE deptype WHEN 'i' THEN ' identity' ELSE '' END FROM pg_depend d JOIN att a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = rel.oid AND d.refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')), '')]
    FROM rel JOIN pg_sequence ON seqrelid = rel.oid
    UNION ALL
    SELECT 'type', name, ARRAY[
        CASE typtype WHEN 'b' THEN 'base' WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' WHEN 'p' THEN 'shell' WHEN 'c' THEN 'composite' END,
        CASE typtype
            WHEN 'e' THEN (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = typ.oid)
            WHEN 'd' THEN format_type(typbasetype, typtypmod) || ' notnull=' || typnotnull::text || ' default=' || (typdefault IS NOT NULL)::text
            WHEN 'r' THEN (SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = typ.oid)
            ELSE '' END]
    FROM typ WHERE typtype IN ('b', 'd', 'e', 'r', 'm') AND NOT (typcategory = 'A' AND typelem <> 0) OR typtype = 'p' AND NOT typisdefined
        OR typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c'
    UNION ALL
    SELECT 'function', name, ARRAY[
        CASE prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' END,
        'returns=' || CASE WHEN prokind = 'f' THEN CASE WHEN proretset THEN 'setof ' ELSE '' END || format_type(prorettype, NULL) ELSE '' END,
        'arguments=' || COALESCE(array_to_string(proargnames, ','), ''),
        'defaults=' || pronargdefaults,
        CASE WHEN prokind = 'a' THEN '' ELSE (SELECT lanname FROM pg_language WHERE oid = prolang) END,
        CASE WHEN prokind = 'a' THEN '' ELSE CASE provolatile WHEN 'v' THEN 'volatile' WHEN 's' THEN 'stable' ELSE 'immutable' END END,
        'strict=' || (proisstrict AND prokind <> 'a')::text, 'definer=' || prosecdef::text]
    FROM fn
    UNION ALL
    SELECT 'trigger', name, ARRAY[
        CASE WHEN tgtype & 2 <> 0 THEN 'before' WHEN tgtype & 64 <> 0 THEN 'instead of' ELSE 'after' END,
        concat_ws(',', CASE WHEN tgtype & 4 <> 0 THEN 'insert' END, CASE WHEN tgtype & 8 <> 0 THEN 'delete' END, CASE WHEN tgtype & 16 <> 0 THEN 'update' END, CASE WHEN tgtype & 32 <> 0 THEN 'truncate' END),
        'row=' || (tgtype & 1 <> 0)::text,
        'columns=' || COALESCE((SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = tgrelid AND attnum = ANY (tgattr::int2[])), ''),
        'function=' || (SELECT n.nspname || '.' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE p.oid = tgfoid),
        CASE tgenabled WHEN 'O' THEN 'enable' WHEN 'D' THEN 'disable' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' END,
        'constraint=' || (tgconstraint <> 0)::text,
        'when=' || (tgqual IS NOT NULL)::text]
    FROM trg
    UNION ALL
    SELECT 'policy', rel.name || '.' || polname, ARRAY[
        CASE polcmd WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END,
        'permissive=' || polpermissive::text,
        'using=' || (polqual IS NOT NULL)::text, 'check=' || (polwithcheck IS NOT NULL)::text,
        'roles=' || (SELECT string_agg(COALESCE((SELECT rolname FROM pg_roles WHERE oid = r), 'public'), ',' ORDER BY 1) FROM unnest(polroles) r)]
    FROM pg_policy JOIN rel ON rel.oid = polrelid
    UNION ALL
    SELECT 'rule', rel.name || '.' || rulename, ARRAY[
        CASE ev_type WHEN '1' THEN 'select' WHEN '2' THEN 'update' WHEN '3' THEN 'insert' WHEN '4' THEN 'delete' END,
        'instead=' || is_instead::text]
    FROM pg_rewrite JOIN rel ON rel.oid = ev_class WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT 'statistics', ns.name || '.' || stxname, ARRAY['table=' || COALESCE((SELECT name FROM rel WHERE oid = stxrelid), '')] FROM pg_statistic_ext JOIN ns ON ns.oid = stxnamespace
    UNION ALL
    SELECT 'publication', pubname, ARRAY['alltables=' || puballtables::text, 'tables=' || COALESCE((SELECT string_agg(name, ',' ORDER BY name) FROM pg_publication_rel JOIN rel ON rel.oid = prrelid WHERE prpubid = p.oid), '')] FROM pg_publication p
    UNION ALL
    SELECT 'collation', ns.name || '.' || collname, ARRAY[]::text[] FROM pg_collation JOIN ns ON ns.oid = collnamespace
    UNION ALL
    SELECT 'event trigger', evtname, ARRAY[]::text[] FROM pg_event_trigger
    UNION ALL
    SELECT 'comment', o.kind || ' ' || o.name, ARRAY[replace(d.description, E'\n', E'\\n')]
    FROM pg_description d JOIN (
        SELECT 'pg_class'::regclass::oid AS class, oid, 0 AS sub, 'relation' AS kind, name FROM rel
        UNION ALL SELECT 'pg_class'::regclass, attrelid, attnum, 'column', name FROM att
        UNION ALL SELECT 'pg_constraint'::regclass, oid, 0, 'constraint', name FROM con
        UNION ALL SELECT 'pg_type'::regclass, oid, 0, 'type', name FROM typ WHERE typtype <> 'c' OR (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c'
        UNION ALL SELECT 'pg_proc'::regclass, oid, 0, 'function', name FROM fn
        UNION ALL SELECT 'pg_trigger'::regclass, oid, 0, 'trigger', name FROM trg
        UNION ALL SELECT 'pg_policy'::regclass, p.oid, 0, 'policy', rel.name || '.' || polname FROM pg_policy p JOIN rel ON rel.oid = polrelid
        UNION ALL SELECT 'pg_rewrite'::regclass, w.oid, 0, 'rule', rel.name || '.' || rulename FROM pg_rewrite w JOIN rel ON rel.oid = ev_class
        UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, 'schema', name FROM ns WHERE nspname <> 'public'
    ) o ON o.class = d.classoid AND o.oid = d.objoid AND o.sub = d.objsubid
    UNION ALL
    SELECT 'privileges', o.kind || ' ' || o.name || ' ' || COALESCE(r.rolname, 'public'), ARRAY[string_agg(lower(x.privilege_type) || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ',' ORDER BY lower(x.privilege_type))]
    FROM (
        SELECT 'relation' AS kind, name, relacl AS acl, relowner AS owner FROM rel
        UNION ALL SELECT 'column', att.name, attacl, relowner FROM att JOIN rel ON rel.oid = attrelid
        UNION ALL SELECT 'function', name, proacl, proowner FROM fn
        UNION ALL SELECT 'type', name, typacl, typowner FROM typ
        UNION ALL SELECT 'schema', name, nspacl, nspowner FROM ns WHERE nspname <> 'public'
    ) o, aclexplode(o.acl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
    WHERE x.grantee <> o.owner AND x.privilege_type <> 'MAINTAIN' AND NOT (x.grantee = 0 AND o.kind IN ('function', 'type'))
    GROUP BY o.kind, o.name, r.rolname
)
SELECT concat_ws(E'\t', kind || ' ' || name, NULLIF(array_to_string(fields, E'\t'), '')) FROM lines ORDER BY kind, name
