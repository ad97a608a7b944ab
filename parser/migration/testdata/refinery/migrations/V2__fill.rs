pub fn migration() -> String { "INSERT INTO orders VALUES (1)".into() }
