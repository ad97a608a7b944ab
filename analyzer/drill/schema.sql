-- The schema of a database as rows of kind, schema, name, part, property and
-- value: what must be as before once a migration is undone. Names of columns
-- are those of the drill's differences. Run with an empty search_path, so that
-- definitions name schemas.
WITH
ns AS (
    SELECT * FROM pg_catalog.pg_namespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND nspname !~ '^pg_(toast_)?temp_'
),
ext AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'),
rel AS (
    SELECT c.*, ns.nspname, CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'S' THEN 'sequence' END AS kind
    FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace
    WHERE c.relkind <> 't' AND NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = c.oid)
      AND NOT EXISTS (SELECT FROM ext JOIN pg_catalog.pg_index i ON i.indrelid = ext.objid WHERE classid = 'pg_catalog.pg_class'::regclass AND i.indexrelid = c.oid)
),
att AS (
    SELECT a.*, rel.nspname, rel.relname, rel.relkind, rel.relowner FROM pg_catalog.pg_attribute a JOIN rel ON rel.oid = a.attrelid
    WHERE attnum > 0 AND NOT attisdropped AND rel.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
),
typ AS (
    SELECT t.*, ns.nspname, CASE typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END AS kind
    FROM pg_catalog.pg_type t JOIN ns ON ns.oid = t.typnamespace
    WHERE (typtype IN ('e', 'd', 'r') OR typtype = 'p' AND NOT typisdefined OR typtype = 'b' AND NOT (typcategory = 'A' AND typelem <> 0))
      AND NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_catalog.pg_type'::regclass AND objid = t.oid)
),
fn AS (
    SELECT p.*, ns.nspname, proname || '(' || pg_catalog.oidvectortypes(proargtypes) || ')' AS signature,
        CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind
    FROM pg_catalog.pg_proc p JOIN ns ON ns.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM ext WHERE classid = 'pg_catalog.pg_proc'::regclass AND objid = p.oid)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_proc'::regclass AND objid = p.oid AND deptype = 'i')
),
con AS (
    SELECT c.*, COALESCE(rel.nspname, typ.nspname) AS nspname, COALESCE(rel.relname, typ.typname) AS owner
    FROM pg_catalog.pg_constraint c LEFT JOIN rel ON rel.oid = c.conrelid LEFT JOIN typ ON typ.oid = c.contypid
    WHERE (rel.oid IS NOT NULL OR typ.oid IS NOT NULL) AND contype NOT IN ('n', 't')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = c.conparentid AND p.conrelid = c.conrelid)
),
trg AS (
    SELECT t.*, rel.nspname, rel.relname FROM pg_catalog.pg_trigger t JOIN rel ON rel.oid = tgrelid WHERE NOT tgisinternal AND tgparentid = 0
),
-- What is known by its name alone, or with little else.
other (classid, oid, owner, definition) AS (
    SELECT 'pg_catalog.pg_operator'::regclass, oid, oprowner, concat_ws(' ', oprcode, oprcanhash, oprcanmerge, oprrest, oprjoin) FROM pg_catalog.pg_operator
    UNION ALL SELECT 'pg_catalog.pg_cast'::regclass, oid, NULL, concat_ws(' ', castfunc::regprocedure, castcontext, castmethod) FROM pg_catalog.pg_cast
    UNION ALL SELECT 'pg_catalog.pg_conversion'::regclass, oid, conowner, concat_ws(' ', conproc, condefault) FROM pg_catalog.pg_conversion
    UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass, oid, opcowner, concat_ws(' ', opcintype::regtype, opcdefault, opckeytype::regtype) FROM pg_catalog.pg_opclass
    UNION ALL SELECT 'pg_catalog.pg_opfamily'::regclass, oid, opfowner, '' FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass, oid, cfgowner, (SELECT string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary), ', ' ORDER BY maptokentype, mapseqno) FROM pg_catalog.pg_ts_config_map WHERE mapcfg = c.oid) FROM pg_catalog.pg_ts_config c
    UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass, oid, dictowner, dictinitoption FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 'pg_catalog.pg_ts_parser'::regclass, oid, NULL, prsstart::text FROM pg_catalog.pg_ts_parser
    UNION ALL SELECT 'pg_catalog.pg_ts_template'::regclass, oid, NULL, tmpllexize::text FROM pg_catalog.pg_ts_template
    UNION ALL SELECT 'pg_catalog.pg_language'::regclass, oid, lanowner, concat_ws(' ', lanpltrusted, lanacl::text) FROM pg_catalog.pg_language
    UNION ALL SELECT 'pg_catalog.pg_am'::regclass, oid, NULL, concat_ws(' ', amtype, amhandler) FROM pg_catalog.pg_am
    UNION ALL SELECT 'pg_catalog.pg_transform'::regclass, oid, NULL, concat_ws(' ', trffromsql, trftosql) FROM pg_catalog.pg_transform
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid, fdwowner, concat_ws(' ', fdwhandler::regproc, fdwvalidator::regproc, fdwoptions::text, fdwacl::text) FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, oid, srvowner, concat_ws(' ', srvtype, srvversion, srvoptions::text, srvacl::text) FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'pg_catalog.pg_user_mapping'::regclass, umid, NULL, umoptions::text FROM pg_catalog.pg_user_mappings
    UNION ALL SELECT 'pg_catalog.pg_collation'::regclass, oid, collowner, concat_ws(' ', collprovider, collencoding, collcollate, collctype, collisdeterministic) FROM pg_catalog.pg_collation
    UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid, stxowner, pg_catalog.pg_get_statisticsobjdef(oid) FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'pg_catalog.pg_publication'::regclass, oid, pubowner, concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot,
        (SELECT string_agg(concat_ws(' ', quote_ident(schemaname) || '.' || quote_ident(tablename), to_jsonb(t) ->> 'attnames', to_jsonb(t) ->> 'rowfilter'), ', ' ORDER BY schemaname, tablename) FROM pg_catalog.pg_publication_tables t WHERE t.pubname = p.pubname)) FROM pg_catalog.pg_publication p
    UNION ALL SELECT 'pg_catalog.pg_event_trigger'::regclass, oid, evtowner, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags::text) FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'pg_catalog.pg_default_acl'::regclass, oid, NULL, (SELECT string_agg(a, ', ' ORDER BY a) FROM unnest(defaclacl::text[]) a) FROM pg_catalog.pg_default_acl
),
own AS (
    SELECT o.*, i.type, i.identity, (SELECT relname FROM pg_catalog.pg_class WHERE oid = o.classid) AS catalog
    FROM other o, pg_catalog.pg_identify_object(o.classid, o.oid, 0) i
    WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM ext WHERE ext.classid = o.classid AND ext.objid = o.oid)
),
lines (kind, nsp, name, part, property, value) AS (
    SELECT 'schema', nspname::text, '', '', 'owner', pg_catalog.pg_get_userbyid(nspowner)::text FROM ns
    UNION ALL SELECT 'schema', nspname, '', '', 'comment', pg_catalog.obj_description(oid, 'pg_namespace') FROM ns
    UNION ALL SELECT type, '', identity, '', 'is there', 'true' FROM own
    UNION ALL SELECT type, '', identity, '', 'definition', definition FROM own
    UNION ALL SELECT type, '', identity, '', 'owner', pg_catalog.pg_get_userbyid(owner) FROM own WHERE owner IS NOT NULL
    UNION ALL SELECT type, '', identity, '', 'comment', pg_catalog.obj_description(oid, catalog) FROM own
    UNION ALL SELECT 'role', '', rolname, '', 'attributes', concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil) FROM pg_catalog.pg_roles
    UNION ALL SELECT 'role', '', rolname, '', 'settings', rolconfig::text FROM pg_catalog.pg_roles
    UNION ALL SELECT 'role', '', pg_catalog.pg_get_userbyid(member), '', 'memberships', string_agg(pg_catalog.pg_get_userbyid(roleid) || CASE WHEN admin_option THEN ' with admin option' ELSE '' END, ', ' ORDER BY 1) FROM pg_catalog.pg_auth_members GROUP BY member
    UNION ALL SELECT 'extension', '', extname, '', 'schema', extnamespace::regnamespace::text FROM pg_catalog.pg_extension
    UNION ALL SELECT 'extension', '', extname, '', 'comment', pg_catalog.obj_description(oid, 'pg_extension') FROM pg_catalog.pg_extension
    UNION ALL SELECT 'setting', '', split_part(s, '=', 1), '', 'value', s FROM pg_catalog.pg_db_role_setting, unnest(setconfig) s WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    UNION ALL SELECT 'extension', '', extname, '', 'version', extversion FROM pg_catalog.pg_extension
    UNION ALL SELECT kind, nspname, relname, '', 'owner', pg_catalog.pg_get_userbyid(relowner) FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'kind', relkind::text FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'persistence', relpersistence::text FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'row security', relrowsecurity::text || relforcerowsecurity::text FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'replica identity', relreplident::text FROM rel WHERE relkind IN ('r', 'p', 'm')
    UNION ALL SELECT kind, nspname, relname, '', 'populated', relispopulated::text FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'access method', (SELECT amname::text FROM pg_catalog.pg_am WHERE oid = relam) FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'tablespace', (SELECT spcname::text FROM pg_catalog.pg_tablespace WHERE oid = reltablespace) FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'storage parameters', (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(reloptions) o) FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'partition bound', pg_catalog.pg_get_expr(relpartbound, oid) FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'partition key', pg_catalog.pg_get_partkeydef(oid) FROM rel WHERE relkind = 'p'
    UNION ALL SELECT kind, nspname, relname, '', 'parents', (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_catalog.pg_inherits WHERE inhrelid = rel.oid) FROM rel
    UNION ALL SELECT kind, nspname, relname, '', 'definition', pg_catalog.pg_get_viewdef(oid) FROM rel WHERE relkind IN ('v', 'm')
    UNION ALL SELECT kind, nspname, relname, '', 'column order', (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM att WHERE attrelid = rel.oid) FROM rel WHERE relkind IN ('r', 'p', 'f', 'c')
    UNION ALL SELECT kind, nspname, relname, '', 'comment', pg_catalog.obj_description(oid, 'pg_class') FROM rel
    UNION ALL SELECT 'column', nspname, relname, attname, 'type', pg_catalog.format_type(atttypid, atttypmod) FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'nullability', CASE WHEN attnotnull THEN 'NOT NULL' ELSE 'NULL' END FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, CASE WHEN attgenerated = '' THEN 'default' ELSE 'generation' END, (SELECT pg_catalog.pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef WHERE adrelid = attrelid AND adnum = attnum) FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'identity', attidentity::text || attgenerated::text FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'collation', attcollation::regcollation::text FROM att WHERE attcollation <> 0
    UNION ALL SELECT 'column', nspname, relname, attname, 'storage', attstorage::text FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'compression', to_jsonb(att) ->> 'attcompression' FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'statistics target', NULLIF(COALESCE(attstattarget, -1), -1)::text FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'options', (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(attoptions || attfdwoptions) o) FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'inheritance', attinhcount::text || ' ' || attislocal::text FROM att
    UNION ALL SELECT 'column', nspname, relname, attname, 'comment', pg_catalog.col_description(attrelid, attnum) FROM att
    UNION ALL SELECT 'constraint', nspname, owner, conname, 'definition', regexp_replace(pg_catalog.pg_get_constraintdef(oid), ' NOT (VALID|ENFORCED)$', '') FROM con
    UNION ALL SELECT 'constraint', nspname, owner, conname, 'validity', convalidated::text || COALESCE(to_jsonb(con) ->> 'conenforced', 'true') FROM con
    UNION ALL SELECT 'constraint', nspname, owner, conname, 'comment', pg_catalog.obj_description(oid, 'pg_constraint') FROM con
    UNION ALL SELECT 'index', nspname, relname, '', 'definition', pg_catalog.pg_get_indexdef(rel.oid) FROM rel WHERE relkind IN ('i', 'I')
    UNION ALL SELECT 'index', nspname, relname, '', 'validity', i.indisvalid::text FROM rel JOIN pg_catalog.pg_index i ON i.indexrelid = rel.oid
    UNION ALL SELECT 'index', nspname, relname, '', 'clustering', i.indisclustered::text FROM rel JOIN pg_catalog.pg_index i ON i.indexrelid = rel.oid
    UNION ALL SELECT 'sequence', nspname, relname, '', 'definition', concat_ws(' ', pg_catalog.format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle) FROM rel JOIN pg_catalog.pg_sequence ON seqrelid = rel.oid
    UNION ALL SELECT 'sequence', nspname, relname, '', 'owning column', (SELECT a.nspname || '.' || a.relname || '.' || a.attname FROM pg_catalog.pg_depend d JOIN att a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = rel.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND deptype IN ('a', 'i')) FROM rel WHERE relkind = 'S'
    UNION ALL SELECT kind, nspname, typname, '', 'owner', pg_catalog.pg_get_userbyid(typowner) FROM typ
    UNION ALL SELECT kind, nspname, typname, '', 'labels', (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = typ.oid) FROM typ
    UNION ALL SELECT kind, nspname, typname, '', 'type', pg_catalog.format_type(typbasetype, typtypmod) FROM typ WHERE typtype = 'd'
    UNION ALL SELECT kind, nspname, typname, '', 'nullability', CASE WHEN typnotnull THEN 'NOT NULL' ELSE 'NULL' END FROM typ WHERE typtype = 'd'
    UNION ALL SELECT kind, nspname, typname, '', 'default', typdefault FROM typ
    UNION ALL SELECT kind, nspname, typname, '', 'state', typisdefined::text FROM typ WHERE NOT typisdefined
    UNION ALL SELECT kind, nspname, typname, '', 'storage', typstorage::text FROM typ WHERE typtype = 'b'
    UNION ALL SELECT kind, nspname, typname, '', 'collation', typcollation::regcollation::text FROM typ WHERE typtype = 'd' AND typcollation <> 0
    UNION ALL SELECT kind, nspname, typname, '', 'type', (SELECT pg_catalog.format_type(rngsubtype, NULL) FROM pg_catalog.pg_range WHERE rngtypid = typ.oid) FROM typ WHERE typtype = 'r'
    UNION ALL SELECT kind, nspname, typname, '', 'comment', pg_catalog.obj_description(oid, 'pg_type') FROM typ
    UNION ALL SELECT kind, nspname, signature, '', 'definition', CASE WHEN prokind = 'a' THEN pg_catalog.pg_get_function_arguments(oid) ELSE pg_catalog.pg_get_functiondef(oid) END FROM fn
    UNION ALL SELECT kind, nspname, signature, '', 'owner', pg_catalog.pg_get_userbyid(proowner) FROM fn
    UNION ALL SELECT kind, nspname, signature, '', 'comment', pg_catalog.obj_description(oid, 'pg_proc') FROM fn
    UNION ALL SELECT 'trigger', nspname, relname, tgname, 'definition', pg_catalog.pg_get_triggerdef(oid) FROM trg
    UNION ALL SELECT 'trigger', nspname, relname, tgname, 'state', tgenabled::text FROM trg
    UNION ALL SELECT 'trigger', nspname, relname, tgname, 'comment', pg_catalog.obj_description(oid, 'pg_trigger') FROM trg
    UNION ALL SELECT 'policy', rel.nspname, rel.relname, polname, 'definition', concat_ws(' ', polcmd, polpermissive, (SELECT string_agg(COALESCE((SELECT rolname FROM pg_catalog.pg_roles WHERE oid = r), 'public'), ', ' ORDER BY 1) FROM unnest(polroles) r),
        pg_catalog.pg_get_expr(polqual, polrelid), 'check', pg_catalog.pg_get_expr(polwithcheck, polrelid)) FROM pg_catalog.pg_policy p JOIN rel ON rel.oid = polrelid
    UNION ALL SELECT 'policy', rel.nspname, rel.relname, polname, 'comment', pg_catalog.obj_description(p.oid, 'pg_policy') FROM pg_catalog.pg_policy p JOIN rel ON rel.oid = polrelid
    UNION ALL SELECT 'rule', rel.nspname, rel.relname, rulename, 'definition', pg_catalog.pg_get_ruledef(w.oid) FROM pg_catalog.pg_rewrite w JOIN rel ON rel.oid = ev_class WHERE rulename <> '_RETURN'
    UNION ALL SELECT 'rule', rel.nspname, rel.relname, rulename, 'state', ev_enabled::text FROM pg_catalog.pg_rewrite w JOIN rel ON rel.oid = ev_class WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT o.kind, o.nsp, o.name, o.part, 'privileges', string_agg(o.grants || ' to ' || o.grantee, '; ' ORDER BY o.grantee)
    FROM (
        SELECT a.kind, a.nsp, a.name, a.part, COALESCE(r.rolname, 'public') AS grantee, string_agg(lower(x.privilege_type) || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END, ', ' ORDER BY lower(x.privilege_type)) AS grants
        FROM (
            SELECT kind, nspname::text AS nsp, relname::text AS name, '' AS part, relacl AS acl, relowner AS owner FROM rel
            UNION ALL SELECT 'column', nspname, relname, attname, attacl, relowner FROM att
            UNION ALL SELECT kind, nspname, signature, '', proacl, proowner FROM fn
            UNION ALL SELECT kind, nspname, typname, '', typacl, typowner FROM typ
            UNION ALL SELECT 'schema', nspname, '', '', nspacl, nspowner FROM ns
        ) a, pg_catalog.aclexplode(a.acl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
        WHERE x.grantee <> a.owner AND NOT (x.grantee = 0 AND a.kind IN ('function', 'procedure', 'aggregate', 'enum', 'domain', 'range', 'type'))
        GROUP BY a.kind, a.nsp, a.name, a.part, r.rolname
    ) o GROUP BY o.kind, o.nsp, o.name, o.part
)
SELECT kind, nsp, name, part, property, value FROM lines WHERE value IS NOT NULL AND value <> ''
