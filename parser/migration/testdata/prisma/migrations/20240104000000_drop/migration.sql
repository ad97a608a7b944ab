DROP INDEX CONCURRENTLY "User_name_idx";
CREATE INDEX CONCURRENTLY "User_name_idx" ON "User"("name");
