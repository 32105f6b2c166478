"""Ask programs of our own directly: the proxy that an environment names would look for them elsewhere."""

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

open_directly = build_opener(ProxyHandler({})).open


def is_this_machine(url: str) -> bool:
    """Whether `url` is on this very machine, where no proxy can reach it."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
