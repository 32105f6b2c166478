"""Small files as people attach them: a PDF, a CSV table, a scanned PNG; the same name has the same bytes."""

import struct
import zlib
from hashlib import sha256

LINES = (
    "Badan Kepegawaian Daerah Contoh",
    "Laporan kegiatan dan realisasi",
    "Data contoh: bukan dokumen resmi",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)
WIDTH, HEIGHT = 96, 64
GRAY = 0


def file_of(name: str) -> bytes:
    """The content that belongs to a name ending in pdf, csv or png."""
    ending = name.rpartition(".")[2]
    return {"pdf": pdf, "csv": table, "png": image}[ending](name)


def pdf(name: str) -> bytes:
    """One page that says what it is."""
    shown = "".join(
        f"BT /F1 12 Tf 72 {760 - 24 * row} Td ({text}) Tj ET\n" for row, text in enumerate((*LINES, name))
    ).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        b"<< /Length %d >>\nstream\n%sendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table_at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table_at,
    )


def table(name: str) -> bytes:
    """Twelve months with two columns of counts."""
    rows = ["bulan;masuk;selesai"]
    digest = sha256(name.encode()).digest()
    for index, month in enumerate(MONTHS):
        received = 60 + digest[index] % 40
        rows.append(f"{month};{received};{received - digest[index + 12] % 6}")
    return ("\r\n".join(rows) + "\r\n").encode("utf-8-sig")


def image(name: str) -> bytes:
    """A gray picture like a scanned sheet: lines of text on paper."""
    digest = sha256(name.encode()).digest()
    rows = []
    for row in range(HEIGHT):
        inked = row % 6 in (2, 3) and row > 6  # noqa: PLR2004 - the height of a line
        length = 20 + digest[row // 6] % 60 if inked else 0
        rows.append(b"\0" + b"\xf4" * 8 + b"\x50" * length + b"\xf4" * (WIDTH - 8 - length))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, GRAY, 0, 0, 0)
    data = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
