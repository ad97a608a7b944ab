DROP INDEX CONCURRENTLY app.orders_id, app.orders_id_again;
