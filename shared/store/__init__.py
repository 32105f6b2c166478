"""The event store: what happened, written once, read for ever."""
