"""Read tables kept from the log, and the trail over it."""
