SELECT app.total();
