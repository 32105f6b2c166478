"""What others saw and say, and what the employee answers."""
