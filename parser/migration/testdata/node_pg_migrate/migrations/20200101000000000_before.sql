--- DOWN MIGRATION: first
DROP TYPE mood;

---- up migration
CREATE TYPE mood AS ENUM ('sad');
