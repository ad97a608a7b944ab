CREATE OR REPLACE FUNCTION app.total() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) + 1 FROM app.orders';
