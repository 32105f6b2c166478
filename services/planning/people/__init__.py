"""Who works here, where, and who appraises whom from when."""
