"""What the product is measured beside: the Django admin on the same database."""
