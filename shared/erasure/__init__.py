"""Forgetting a person: what planning orders, every service does for itself and says."""
