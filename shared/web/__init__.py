"""What every page and API answer of the services is made of."""
