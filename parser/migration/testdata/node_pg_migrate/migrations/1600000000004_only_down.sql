ALTER TABLE users ADD COLUMN age int;

-- Down Migration
ALTER TABLE users DROP COLUMN age;
