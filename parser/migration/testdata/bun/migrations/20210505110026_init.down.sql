DROP TABLE items;
--bun:split
DROP TABLE users;
