"""Style sheets and scripts under names that change with their content, compressed once at start."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static"
MEDIA_TYPES = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    },
)
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    path: str
    media_type: str
    plain: bytes
    compressed: bytes


@cache
def assets() -> MappingProxyType[str, Asset]:
    """All static files by their name in the source tree; what others refer to comes first."""
    made: dict[str, Asset] = {}
    sources = [file for file in FOLDER.iterdir() if file.suffix in MEDIA_TYPES]
    for file in sorted(sources, key=lambda source: (source.name == "jejak.js", source.name)):
        content = file.read_bytes()
        for name, asset in made.items():
            content = content.replace(f'"./{name}"'.encode(), f'"{asset.path}"'.encode())
        mark = hashlib.sha256(content).hexdigest()[:12]
        made[file.name] = Asset(
            f"{PREFIX}/{file.stem}.{mark}{file.suffix}",
            MEDIA_TYPES[file.suffix],
            content,
            gzip.compress(content, 9, mtime=0),
        )
    return MappingProxyType(made)


def asset(name: str) -> str:
    """The address of a static file. Raises KeyError for a name that is not in the folder."""
    return assets()[name].path


class Static:
    """The ASGI application that the door mounts at `/static`."""

    def __init__(self) -> None:
        self.by_name = {found.path.rpartition("/")[2]: found for found in assets().values()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD; an unknown or outdated name is a plain 404."""
        await self.answer(Request(scope, receive))(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """The file itself, compressed where the browser can read that."""
        if request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("Method Not Allowed", 405, headers={"Allow": "GET, HEAD"})
        found = self.by_name.get(request.url.path.rpartition("/")[2])
        if found is None:
            return PlainTextResponse("Not Found", 404)
        headers = {
            "Cache-Control": FOR_EVER,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(found.plain, headers=headers, media_type=found.media_type)
        headers["Content-Encoding"] = "gzip"
        return Response(found.compressed, headers=headers, media_type=found.media_type)
