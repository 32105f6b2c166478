"""One dense, hashed order over all events of a service."""
