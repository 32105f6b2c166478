"""What may be evidence: judged by content, not by what the file calls itself."""

import io
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID, uuid5

from services.assessment.progress.events import Evidence
from shared.store.encrypted import Encrypted

LARGEST = 10 * 1024 * 1024
MOST_FILES = 5
LONGEST_NAME = 200

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv"
ENDINGS = {".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".xlsx": XLSX, ".docx": DOCX, ".csv": CSV}
ACCEPT = ",".join(ENDINGS)

TOO_LARGE, TYPE_REFUSED, TOO_MANY = "evidence-too-large", "evidence-type-refused", "evidence-too-many"


class EvidenceRefused(Exception):
    """A file that is not taken. `code` says why; nothing was stored."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: what it calls itself and what it holds."""

    file_name: str
    content: bytes


def media_type(upload: Upload) -> str:
    """What the content is, if the name agrees. Raises EvidenceRefused."""
    claimed = ENDINGS.get(PurePath(upload.file_name).suffix.lower())
    if claimed is None or claimed != seen_type(upload.content):
        raise EvidenceRefused(TYPE_REFUSED)
    return claimed


def seen_type(content: bytes) -> str | None:
    """The media type that the content shows, or None for anything else."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return office_type(content)
    return CSV if is_table_text(content) else None


def office_type(content: bytes) -> str | None:
    """Which Office document a ZIP archive is; one with macros is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    if "xl/workbook.xml" in names:
        return XLSX
    return DOCX if "word/document.xml" in names else None


def is_table_text(content: bytes) -> bool:
    """Whether this is text with a separator in its first line, without bytes that no text has."""
    if not content or b"\0" in content:
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.splitlines()[0] if text.strip() else ""
    return any(separator in first for separator in ",;\t") and not first.lstrip().startswith("<")


def described(upload: Upload, *, command_id: UUID, at: int) -> Evidence:
    """The file as its event tells it; its id follows from command and content. Raises EvidenceRefused."""
    if len(upload.content) > LARGEST:
        raise EvidenceRefused(TOO_LARGE)
    digest = sha256(upload.content).hexdigest()
    return Evidence(
        evidence_id=uuid5(command_id, f"{at}/{digest}"),
        file_name=Encrypted.of(plain_name(upload.file_name)),
        media_type=media_type(upload),
        size=len(upload.content),
        sha256=digest,
    )


def plain_name(file_name: str) -> str:
    """The name without folders and control characters, cut in the middle where it is too long."""
    name = PurePath(file_name.replace("\\", "/")).name
    name = "".join(letter for letter in name if letter.isprintable()).strip() or "berkas"
    if len(name) <= LONGEST_NAME:
        return name
    ending = PurePath(name).suffix
    return name[: LONGEST_NAME - len(ending)] + ending
