COMMIT;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "users_mail" ON "users" ("mail");--> statement-breakpoint
BEGIN;
