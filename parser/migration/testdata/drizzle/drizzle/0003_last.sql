DROP TABLE "users";
--> statement-breakpoint
