"""Whether an address that somebody gave leads to a page of this very origin."""

from urllib.parse import urlsplit


def is_own(address: str) -> bool:
    """Whether it is a path, with a query or not, that no browser takes for another host's."""
    return (
        address.startswith("/")
        and not address.startswith("//")
        and "\\" not in address
        and address.isprintable()
        and address.isascii()
        and urlsplit(address)[:2] == ("", "")
    )
