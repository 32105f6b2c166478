"""Planning's rules, edges and stored events."""
