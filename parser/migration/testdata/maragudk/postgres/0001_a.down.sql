DROP TABLE a, aa;
