-- Write your migrate up statements here
---- create above / drop below ----
drop table orders;
