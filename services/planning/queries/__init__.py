"""What lists, pages and the home page ask of planning's read tables."""
