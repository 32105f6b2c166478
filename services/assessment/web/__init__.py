"""The pages of assessment, under /penilaian."""
