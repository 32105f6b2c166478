"""The assessment of one plan: registered, opened, rated, published, corrected."""
