"""The product: one package per service, one more for the door."""
