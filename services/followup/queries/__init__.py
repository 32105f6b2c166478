"""What follow-up can tell: lists from the read tables, records folded from their streams, the trail."""
