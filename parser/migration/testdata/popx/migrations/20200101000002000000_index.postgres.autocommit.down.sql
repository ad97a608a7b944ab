DROP INDEX users_name;
SELECT 1;
