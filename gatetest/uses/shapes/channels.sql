SELECT channel FROM orders
