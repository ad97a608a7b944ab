CREATE TABLE accounts (id uuid PRIMARY KEY);
--> statement-breakpoint
CREATE TYPE kind AS ENUM ('a');
