drop table orders;
---- create above / drop below ----
