"""What systems asked for and did not get: numbers tried one after another show here."""
