"""Takes style and script out of the govuk-frontend package and strips them of everything British.

Run after `npm pack govuk-frontend@6.3.0`: `python -m shared.web.vendor govuk-frontend-6.3.0.tgz`.
The macros of govuk-frontend-jinja 4.1.0 match version 6.3.0 only: never move one without the other.
"""

import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path

STATIC = Path(__file__).parent / "static"
RECORD = STATIC / "vendored.json"
VERSION = "6.3.0"
STYLE = "package/dist/govuk/govuk-frontend.min.css"
SCRIPT = "package/dist/govuk/govuk-frontend.min.js"
FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'
FOREIGN = re.compile(r"gds|crest|crown|transport|calvert", re.IGNORECASE)
COLOURS = {
    "brand": "#0e4a5c",
    "link": "#0b5a75",
    "link-hover": "#073747",
    "link-visited": "#4b3f7a",
    "link-active": "#16242b",
    "text": "#16242b",
    "secondary-text": "#4a5a62",
    "border": "#c9d3d6",
    "input-border": "#3d5059",
    "hover": "#c9d3d6",
    "focus": "#ffc843",
    "focus-text": "#16242b",
    "success": "#1c6e4a",
    "error": "#b3261e",
    "template-background": "#f4f6f4",
    "body-background": "#f4f6f4",
    "surface-background": "#eef4f5",
    "surface-border": "#9fbac2",
    "surface-text": "#16242b",
}


class StillForeign(Exception):
    """Something of the United Kingdom's branding is left."""


def rebrand(style: str) -> str:
    """The style sheet with system fonts, our colours, and no crest, crown or licensed typeface."""
    style = re.sub(r"/\*!.*?\*/|/\*#.*?\*/", "", style, flags=re.DOTALL)
    style = re.sub(r"@font-face\{[^}]*\}", "", style)
    style = style.replace("GDS Transport,arial,sans-serif", FONTS)
    style = re.sub(
        r"@supports \(\(-webkit-mask-position[^{]*\{[^{}]*copyright-logo[^{}]*\{[^{}]*\}\}", "", style
    )
    style = re.sub(r"\.govuk-footer__(?:copyright-logo|crown)[^{}]*\{[^{}]*\}", "", style)
    style = re.sub(r"@media[^{]*\{\s*\}", "", style)
    colours = ";".join(f"--govuk-{name}-colour:{value}" for name, value in COLOURS.items())
    style = f"{style.strip()}:root{{{colours}}}\n"
    if left := FOREIGN.search(style):
        raise StillForeign(left.group())
    return style


def without_source_map(script: str) -> str:
    """The script without the pointer to a map that we do not serve."""
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", script).strip() + "\n"


def vendor(package: Path, folder: Path = STATIC) -> dict[str, object]:
    """Write style and script into `folder`; answers (and writes) what was taken, with its sums."""
    with tarfile.open(package) as archive:
        style, script = read(archive, STYLE), read(archive, SCRIPT)
    made = {"govuk-frontend.css": rebrand(style), "govuk-frontend.js": without_source_map(script)}
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    record: dict[str, object] = {
        "package": "govuk-frontend",
        "version": VERSION,
        "licence": "MIT",
        "sha256": {
            "package": hashlib.sha256(package.read_bytes()).hexdigest(),
            STYLE: digest(style),
            SCRIPT: digest(script),
            **{name: digest(text) for name, text in made.items()},
        },
    }
    (folder / RECORD.name).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return record


def read(archive: tarfile.TarFile, name: str) -> str:
    """The text of one member. Raises KeyError when the package has none of that name."""
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read().decode("utf-8")


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
