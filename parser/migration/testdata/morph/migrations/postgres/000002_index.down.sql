-- morph:nontransactional
DROP INDEX CONCURRENTLY IF EXISTS idx_teams_two;
