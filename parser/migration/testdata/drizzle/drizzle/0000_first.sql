CREATE TABLE "users" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text
);
--> statement-breakpoint
CREATE INDEX "users_name" ON "users" ("name");--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "age" integer;
ALTER TABLE "users" ADD COLUMN "mail" text;
