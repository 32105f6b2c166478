"""The life of a recommendation: recommended, decided by a person, carried out, reviewed."""
