--liquibase formatted sql
SELECT 'before the first';
--changeset ann:1
CREATE FUNCTION b() RETURNS int AS $body$
DECLARE x int;
BEGIN
  RETURN 1;
END
$body$ LANGUAGE plpgsql;
--changeset ann:2
CREATE FUNCTION c() RETURNS int AS $$
BEGIN
  RETURN 1;
END
$$ LANGUAGE plpgsql;
--changeset ann:1 labels:again
SELECT 1;
--changeset ann
-rollback SELECT 1;
--comments to come
--changeset ann: 9
SELECT 9;
/* liquibase rollback
SELECT -9;
