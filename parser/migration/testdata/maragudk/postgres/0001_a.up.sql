CREATE TABLE a (id int);
CREATE TABLE aa (id int);
