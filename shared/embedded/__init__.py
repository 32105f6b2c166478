"""Real PostgreSQL and real Kafka on one machine, without Docker: started, watched and ended from here."""
