-- Copyright
-- morph:nontransactional
CREATE INDEX CONCURRENTLY idx_teams_three ON teams (id);
