"""The dates of one appraisal year."""
