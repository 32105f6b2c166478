"""One employee's year with its proofs, in a file that anybody can check without us."""
