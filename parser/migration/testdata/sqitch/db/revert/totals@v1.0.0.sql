DROP FUNCTION app.total();
