"""Whom this machine trusts to be who they say they are."""

import ssl
from functools import cache

import httpx2


@cache
def trust() -> ssl.SSLContext:
    """The machine's certificates, or those of SSL_CERT_FILE or SSL_CERT_DIR.

    Read once a process: a client left alone reads all 140 of them anew.
    """
    return httpx2.create_ssl_context()
