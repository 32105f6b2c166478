"""What services say in public: one module per service, one class per message and version."""
