"""Read tables made anew from the log beside the live ones, while people work, then put in their place."""
