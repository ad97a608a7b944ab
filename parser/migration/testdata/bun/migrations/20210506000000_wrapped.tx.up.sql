ALTER TABLE users ADD COLUMN name text;
--bun:split
ALTER TABLE users ADD COLUMN age int;
