"""Planning: people, the calendar of the year and the work plans (SKP)."""
