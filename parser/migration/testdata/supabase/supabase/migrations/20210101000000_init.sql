-- what the first versions of the tool wrote, and it passes over since
CREATE SCHEMA old;
