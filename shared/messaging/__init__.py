"""Kafka, out and in: at least once on the wire, once in effect."""
