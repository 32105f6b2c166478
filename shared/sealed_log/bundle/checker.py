"""Memeriksa satu berkas bukti Jejak Kinerja. Checks one bundle of Jejak Kinerja.

    python3 -I periksa.py berkas.zip [KUNCI ...]

Needs Python 3.9 or newer and nothing else: no installation, no network, nothing of the agency's system.
KUNCI are verifier keys that you kept from elsewhere, such as 'CONTOH/planning+4a2027e5+AdJi...': give one
for each service in it, since then nothing counts as proven without one of them. Without any the bundle is
checked against the keys that it brings itself, which are printed for you to compare.

Exit code: 0 everything is proven, 2 something is not as it was signed, or no event is in it, 1 no bundle.

How: each line of <service>/events.jsonl is hashed (RFC 9162, section 2.1.1), the path in proofs.json leads
from there to the root in checkpoint.txt (section 2.1.3.2), which is signed (c2sp.org/signed-note, Ed25519
as in RFC 8032); a change of keys is signed by the key before. Each event stands once, in the order of the
log, and no version of a record before it is missing. evidence.json is what these events say.
"""

import base64
import hashlib
import json
import sys
import zipfile
from typing import Any

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
SQUARE_ROOT = pow(2, (PRIME - 1) // 4, PRIME)
Point = tuple[int, int, int, int]
FILES = ("events.jsonl", "proofs.json", "checkpoint.txt", "keys.json", "evidence.json")
UNCHECKED = ("baca.html", "periksa.py")
ITS_OWN = """
Kunci di atas dibawa oleh berkas ini sendiri; bandingkan dengan kunci yang Anda simpan dari sumber lain.
The keys above came with the bundle itself: compare them with keys that you kept from elsewhere.
"""
LIMITS = """
Tidak diperiksa: baca.html dan periksa.py di dalam berkas. Pemeriksa dan kunci yang Anda simpan dari sumber
lain lebih dapat dipercaya daripada yang dibawa berkas ini.
Tidak dapat dibuktikan: bahwa tidak ada yang dihilangkan di akhir suatu catatan, dan bahwa tidak ada catatan
atau layanan yang seluruhnya dihilangkan.
Not checked: baca.html and periksa.py inside the bundle. A checker and keys that you kept from elsewhere are
worth more than those inside.
Can't be proven: that nothing was left out at the end of a record, nor a whole record or service.
"""


class NotProven(Exception):
    """Something is not as it was signed."""


def add(one: Point, other: Point) -> Point:
    """The sum of two points of the curve, in extended coordinates (RFC 8032, section 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * CURVE % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number: int, point: Point) -> Point:
    """`point` added `number` times."""
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def same(one: Point, other: Point) -> bool:
    """Whether two points are one."""
    return not (
        (one[0] * other[2] - other[0] * one[2]) % PRIME or (one[1] * other[2] - other[1] * one[2]) % PRIME
    )


def point_of(raw: bytes) -> Point:
    """The point that 32 bytes stand for (RFC 8032, section 5.1.3). Raises NotProven."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * SQUARE_ROOT % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and sign):
        raise NotProven("no point of the curve")
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


BASE = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


def check_signature(public: bytes, text: bytes, signature: bytes) -> None:
    """Raises NotProven unless the key signed `text` (RFC 8032, section 5.1.7)."""
    first, second = signature[:32], int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or len(public) != 32 or second >= ORDER:  # noqa: PLR2004 - as RFC 8032 has it
        raise NotProven("no Ed25519 signature")
    hashed = int.from_bytes(hashlib.sha512(first + public + text).digest(), "little") % ORDER
    if not same(times(second, BASE), add(point_of(first), times(hashed, point_of(public)))):
        raise NotProven("the signature is wrong")


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(event: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that `path` leads to (RFC 9162, section 2.1.3.2). Raises NotProven."""
    found, at, last = hashlib.sha256(b"\x00" + event).digest(), index, size - 1
    if not 0 <= index < size:
        raise NotProven(f"no event {index} in a log of {size}")
    for step in path:
        if last == 0:
            raise NotProven("the path is too long")
        if at & 1 or at == last:
            found = node(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, step)
        at, last = at >> 1, last >> 1
    if last:
        raise NotProven("the path is too short")
    return found


def key_of(verifier: str) -> tuple[str, bytes, bytes]:
    """Name, id and public key of a verifier key. Raises NotProven."""
    name, _, rest = verifier.partition("+")
    raw = base64.b64decode(rest.partition("+")[2])
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if raw[:1] != b"\x01" or rest.partition("+")[0] != key_id.hex():
        raise NotProven("no verifier key")
    return name, key_id, raw[1:]


def opened(note: str, verifier: str) -> list[str]:
    """The lines of a note's text, if `verifier` signed it. Raises NotProven."""
    text, _, lines = note.rpartition("\n\n")
    name, key_id, public = key_of(verifier)
    for line in lines.splitlines():
        dash, _, signed = line.partition(f" {name} ")
        raw = base64.b64decode(signed) if dash == "—" else b""
        if raw[:4] == key_id:
            check_signature(public, f"{text}\n".encode(), raw[4:])
            return text.split("\n")
    raise NotProven(f"not signed by {verifier}")


def keys_of(log: str, notes: list[str]) -> list[tuple[int, str]]:
    """From which size on which key signs, each signed by the one before. Raises NotProven."""
    keys: list[tuple[int, str]] = []
    for note in notes:
        claimed = note.rpartition("\n\n")[0].split("\n")
        for verifier in {claimed[3], keys[-1][1] if keys else claimed[3]}:
            lines = opened(note, verifier)
        if lines[:2] != [log, "key"] or key_of(lines[3])[0] != log:
            raise NotProven("a key of another log")
        keys.append((int(lines[2]), lines[3]))
    return keys


def signer_of(note: str, keys: list[tuple[int, str]], size: int) -> tuple[str, list[str]]:
    """Who signed a checkpoint of `size`, and its lines; at a change either key may. Raises NotProven."""
    valid: list[str] = []
    for start, key in keys:
        if start <= size:
            valid = [*(valid if start == size else []), key]
    for verifier in valid:
        try:
            return verifier, opened(note, verifier)
        except NotProven:
            continue
    raise NotProven("the checkpoint is not signed by the log's key")


def signed(bundle: zipfile.ZipFile, log: str, kept: list[str]) -> tuple[str, int, bytes]:
    """Who signed a log's checkpoint, and its size and root. Raises NotProven."""
    service = log.rpartition("/")[2]
    note = bundle.read(f"{service}/checkpoint.txt").decode()
    size = int(note.split("\n")[1])
    keys = keys_of(log, json.loads(bundle.read(f"{service}/keys.json")))
    verifier, lines = signer_of(note, keys, size)
    vouching = [key for _, key in keys][: [key for _, key in keys].index(verifier) + 1]
    if kept and not set(vouching) & set(kept):
        raise NotProven(f"no key that you gave vouches for {log}, which is signed by {verifier}")
    if lines[0] != log:
        raise NotProven("a checkpoint of another log")
    return verifier, size, base64.b64decode(lines[2])


def hashes_in(value: Any) -> list[dict[str, str]]:
    """The SHA-256 of every evidence file that an event's data speak of."""
    if isinstance(value, dict):
        file, digest = value.get("evidence_id"), value.get("sha256")
        if isinstance(file, str) and isinstance(digest, str):
            return [{"evidence_id": file, "sha256": digest}]
        value = list(value.values())
    return [found for one in value for found in hashes_in(one)] if isinstance(value, list) else []


def place_of(said: dict[str, Any]) -> str:
    """Of which record an event is, and which version it made."""
    return f"{said['stream_kind']} {said['stream_id']} v{said['stream_version']}"


def check_order(events: list[dict[str, Any]], indexes: list[int]) -> None:
    """Raises NotProven where an event stands twice, or one that came before another was left out."""
    if indexes != sorted(set(indexes)):
        raise NotProven("an event stands in it twice, or in another order")
    last: dict[str, int] = {}
    for said in events:
        last[said["stream_id"]] = last.get(said["stream_id"], 0) + 1
        if said["stream_version"] != last[said["stream_id"]]:
            raise NotProven(f"an event before {place_of(said)} was left out")


def check_service(
    bundle: zipfile.ZipFile, meta: dict[str, Any], service: str, kept: list[str]
) -> tuple[str, list[str], list[str]]:
    """Which key proves a service; its events and its evidence, a line each. Raises NotProven."""
    verifier, size, root = signed(bundle, f"{meta['agency']}/{service}", kept)
    *written, rest = bundle.read(f"{service}/events.jsonl").split(b"\n")
    proofs = json.loads(bundle.read(f"{service}/proofs.json"))
    if rest or len(written) != len(proofs):
        raise NotProven("an event without its proof, or a proof without its event")
    events = [json.loads(one) for one in written]
    for raw, said, proof in zip(written, events, proofs):  # noqa: B905 - older Pythons
        if said["subject_id"] != meta["employee"] or said["plan_year"] != meta["year"]:
            raise NotProven("an event about somebody else, or of another year")
        if root_from(raw, proof["index"], size, [bytes.fromhex(one) for one in proof["path"]]) != root:
            raise NotProven(f"event {proof['index']} ({said['type']}, {said['recorded_at']}) was changed")
    indexes = [proof["index"] for proof in proofs]
    check_order(events, indexes)
    evidence = [found for said in events for found in hashes_in(said["data"])]
    listed = json.dumps(evidence, separators=(",", ":"), ensure_ascii=False)
    if bundle.read(f"{service}/evidence.json") != listed.encode():
        raise NotProven("the list of evidence is not what the events say")
    told = [f"{said['recorded_at']}  {said['type']}  {place_of(said)}" for said in events]
    lines = [f"{index}  {one}" for index, one in zip(indexes, told)]  # noqa: B905 - older Pythons
    return verifier, lines, [f"SHA-256 {one['sha256']}  {one['evidence_id']}" for one in evidence]


def fault_of(bundle: zipfile.ZipFile, services: list[str], events: int) -> str:
    """What is wrong with the bundle as a whole; nothing where nothing is."""
    names = bundle.namelist()
    own = ["bundle.json", *UNCHECKED, *(f"{service}/{name}" for service in services for name in FILES)]
    if foreign := [name for name in names if name not in own]:
        return f"files that no proof covers: {', '.join(foreign)}"
    if len(set(names)) < len(names) or len(set(own)) < len(own):
        return "a file or a service stands in it twice"
    return "" if events else "there is no event in it"


def say(text: str) -> None:
    """One line, in which nothing that a bundle says of itself can move the cursor."""
    sys.stdout.write("".join(one if one.isprintable() else "?" for one in text) + "\n")


def check(file: str, kept: list[str]) -> int:
    """Check a bundle and say what was found; the exit code."""
    count, faults = 0, 0
    with zipfile.ZipFile(file) as bundle:
        meta = json.loads(bundle.read("bundle.json"))
        say(f"{meta['agency']}, {meta['employee']}, {meta['year']}")
        for service in meta["services"]:
            try:
                verifier, events, files = check_service(bundle, meta, service, kept)
            except NotProven as reason:
                say(f"  {service}: TIDAK TERBUKTI / NOT PROVEN: {reason}")
                faults += 1
                continue
            found = f"TERBUKTI / PROVEN, {len(events)}" if events else "tidak ada peristiwa / no events"
            for line in (f"{service}: {found}", f"  {verifier}", *(f"    {one}" for one in events + files)):
                say(f"  {line}")
            count += len(events)
        if fault := fault_of(bundle, meta["services"], count):
            say(f"  TIDAK TERBUKTI / NOT PROVEN: {fault}")
            faults += 1
    sys.stdout.write(LIMITS if kept else f"{ITS_OWN}{LIMITS}")
    return 2 if faults else 0


def main(arguments: list[str]) -> int:
    """The command line."""
    if not arguments:
        sys.stdout.write(f"{__doc__}\n")
        return 1
    try:
        return check(arguments[0], arguments[1:])
    except Exception as error:  # noqa: BLE001 - damage has many names, its reader needs one sentence
        say(f"bukan berkas bukti yang utuh / not a whole bundle: {type(error).__name__}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
