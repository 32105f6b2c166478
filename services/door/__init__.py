"""The one address of the product: sign-in, home page and the way to every service."""
