"""The JSON API of assessment, under /api/assessment/v1."""
