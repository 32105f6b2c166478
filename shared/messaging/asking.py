"""How those who decide about a whole batch ask for what was not read yet."""


class Unread(Exception):
    """Something asked for what this batch has not read yet; it is asked again once that is there."""
