--! no-transaction
SELECT 10;
SELECT 11;
