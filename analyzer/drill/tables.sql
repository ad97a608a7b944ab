-- What is to be known of tables to put rows into them, a column a row: tables
-- that rows are stored in, parents before children as far as foreign keys have
-- an order (the drill makes one).
SELECT
    c.oid AS table, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS table_name,
    a.attnum, quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type,
    t.typname, t.typtype::text, t.typcategory::text, a.atttypmod, a.attnotnull OR t.typnotnull,
    a.attgenerated <> '' AS computed, a.attidentity = 'a' AS always,
    a.attidentity <> '' OR COALESCE(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%' AS numbered,
    a.atthasdef,
    COALESCE((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum e WHERE e.enumtypid = COALESCE(NULLIF(CASE WHEN t.typtype = 'd' THEN t.typbasetype WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END, 0), t.oid)), '{}') AS labels,
    COALESCE((SELECT array_agg(e.oid ORDER BY enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '{}') AS label_oids,
    COALESCE(format_type(NULLIF(t.typelem, 0), NULL), '') AS element,
    COALESCE(format_type(NULLIF(t.typbasetype, 0), NULLIF(t.typtypmod, -1)), '') AS base,
    (SELECT count(*) FROM pg_attribute x WHERE x.attrelid = t.typrelid AND x.attnum > 0 AND NOT x.attisdropped)::int AS attributes
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast_)?temp'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY c.oid, a.attnum
