-- morph:nontransactional
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_teams_two ON teams (id);
