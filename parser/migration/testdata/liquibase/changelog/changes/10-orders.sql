-- Liquibase Formatted SQL

--property name:schema value:app

--changeset ann:1 labels:orders context:"prod and not test"
--comment: orders and their notes
CREATE TABLE ${schema}.orders (id bigint PRIMARY KEY);
ALTER TABLE ${schema}.orders ADD COLUMN note text; -- ; not here
--rollback ALTER TABLE ${schema}.orders
--rollback   DROP COLUMN note;
--rollback DROP TABLE ${schema}.orders;

--changeset "Ann Lee":"two words" runInTransaction:false
--preconditions onFail:MARK_RAN onError:HALT
--precondition-sql-check expectedResult:0 SELECT count(*) FROM pg_indexes WHERE indexname = 'orders_note'
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
CREATE INDEX CONCURRENTLY orders_id ON orders (id, note);
-- migracheck:allow drop-index-without-concurrently: the table is empty
--rollback DROP INDEX orders_note;
--rollback DROP INDEX orders_id;

--changeset ann:3 splitStatements:false runInTransaction:false
CREATE FUNCTION total() RETURNS bigint AS $$
BEGIN
  IF true THEN RETURN 1; END IF;
  RETURN 2;
END;
$$ LANGUAGE plpgsql;
SELECT total();
/* liquibase rollback
DROP FUNCTION total();
SELECT 'gone';
*/

--changeset ann:4 endDelimiter:// rollbackEndDelimiter:#
CREATE FUNCTION a() RETURNS int AS 'SELECT 1; SELECT 2' LANGUAGE sql;
SELECT 1//
SELECT 2//
--rollback DROP FUNCTION a() # SELECT 3

--changeset bob:5 dbms:mysql
SELECT 'not here';
--changeset bob:6 ignore:true
SELECT 'nor here';
--changeset bob:7 dbms:!h2,postgresql runOnChange:true runAlways:true
SELECT 'here';
--rollback not required
--changeset bob:8
--ignoreLines:2
SELECT 'ignored', ';
neither';
SELECT 'kept';
--ignoreLines:start
SELECT 'also ignored';
--ignoreLines:end
/
SELECT 'and this'
GO
--rollback changeSetId:1 changeSetAuthor:ann
