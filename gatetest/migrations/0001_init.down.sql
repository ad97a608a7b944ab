DROP TABLE sessions;
DROP TABLE tickets;
DROP TABLE orders;
DROP TABLE customers;
