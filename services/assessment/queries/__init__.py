"""What assessment can tell: records folded from their streams, lists from the read tables."""
