"""Follow-up: training, guidance, promotion and placement that a result leads to."""
