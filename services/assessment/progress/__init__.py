"""What was done, month by month, with evidence."""
