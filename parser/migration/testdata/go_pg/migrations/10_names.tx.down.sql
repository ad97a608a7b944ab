ALTER TABLE users DROP COLUMN name;
--gopg:split
ALTER TABLE users DROP COLUMN mail;
