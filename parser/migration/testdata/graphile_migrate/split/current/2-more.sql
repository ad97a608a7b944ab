CREATE TABLE c (id int);
--! no-transaction
