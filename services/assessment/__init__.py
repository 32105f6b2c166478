"""Assessment: progress, feedback and the rating of results and of behavior."""
