"""A program as small as one can be: says on /health/ready that it can work."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ready": true}')

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
