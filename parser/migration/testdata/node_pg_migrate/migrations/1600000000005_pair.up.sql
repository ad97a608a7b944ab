CREATE TABLE pairs ();
