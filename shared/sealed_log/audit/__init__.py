"""Reads a whole log again and names whatever is not as it was signed."""
