refinery::embed_migrations!(".");
