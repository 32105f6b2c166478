"""What a forger could hand out as a bundle, with a key of his own or with what is signed, is not proven."""

import zipfile
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.sealed_log.bundle import checker
from shared.sealed_log.bundle.bundle import bundled
from shared.sealed_log.bundle.part import Part
from shared.sealed_log.checkpoint import Checkpoint, first_key, origin
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import Signer
from shared.sealed_log.proof import inclusion_spans, proof
from tests.bundle import Bundle
from tests.shared.sealed_log.forest import Grown, defined

YEAR = 2026
SARI, BUDI = UUID(int=1), UUID(int=2)
DIGEST = "c0" * 32
OURS, FORGERS = bytes(31) + b"\x01", bytes(31) + b"\x02"


def told(record: str, version: int, *, of: UUID = SARI) -> bytes:
    """The envelope of an event, as far as a bundle looks into it."""
    said = {
        "acting_role": "employee",
        "actor_id": str(of),
        "data": {"evidence": [{"evidence_id": str(uuid5(of, "file")), "name": "é", "sha256": DIGEST}]},
        "plan_year": YEAR,
        "recorded_at": f"2026-03-0{version}T02:00:00.000000Z",
        "stream_id": str(uuid5(of, record)),
        "stream_kind": record,
        "stream_version": version,
        "subject_id": str(of),
        "type": "ProgressReported",
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


LOG = (
    told("plan", 1),
    told("plan", 1, of=BUDI),
    told("plan", 2),
    told("progress", 1),
    told("plan", 3),
    told("plan", 2, of=BUDI),
)
SARIS = (0, 2, 3, 4)


def part(
    chosen: Sequence[int] = SARIS, *, agency: str = "CONTOH", service: str = "planning", key: bytes = OURS
) -> Part:
    """The events of a log that were chosen, each with its proof, under a signature."""
    leaves = [leaf_hash(one) for one in LOG]
    nodes, signer = Grown(leaves).nodes, Signer(origin(agency, service), key)
    return Part(
        service=service,
        envelopes=[LOG[index] for index in chosen],
        indexes=list(chosen),
        paths=[proof(inclusion_spans(index, len(LOG)), nodes) for index in chosen],
        checkpoint=Checkpoint(origin(agency, service), len(LOG), defined(leaves)).signed(signer),
        keys=[first_key(signer)],
        unsealed=0,
    )


def kept(service: str = "planning") -> str:
    """Our key, as somebody wrote it down."""
    return str(Signer(origin("CONTOH", service), OURS).verifier)


def zipped(*parts: Part, agency: str = "CONTOH") -> bytes:
    return bundled(parts, agency=agency, employee=SARI, year=YEAR, zone=ZoneInfo("Asia/Jakarta"))


WHOLE = zipped(part())


def checked(folder: Path, content: bytes, *keys: str) -> tuple[int, str]:
    """What the checker says of a file with this content, asked in this process."""
    file = folder / "bukti.zip"
    file.write_bytes(content)
    with redirect_stdout(StringIO()) as said:
        code = checker.main([str(file), *keys])
    return code, said.getvalue()


def rewritten(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """One file inside is another one."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(WHOLE)) as old, zipfile.ZipFile(made, "w") as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == name else old.read(one))
    return made.getvalue()


async def test_an_agency_of_a_name_alike_is_not_proven_to_whoever_kept_a_key(tmp_path: Path) -> None:
    forged = zipped(part(agency="C0NTOH", key=FORGERS), agency="C0NTOH")
    code, said = await Bundle.of(forged, tmp_path).checked(kept())
    assert (code, "TERBUKTI / PROVEN, 4" in said) == (2, False)
    assert "no key that you gave vouches for C0NTOH/planning" in said


def test_without_a_kept_key_it_is_said_that_the_keys_came_with_the_bundle(tmp_path: Path) -> None:
    alone, compared = checked(tmp_path, WHOLE), checked(tmp_path, WHOLE, kept())
    assert (alone[0], "came with the bundle itself" in alone[1]) == (0, True)
    assert (compared[0], "came with the bundle itself" in compared[1]) == (0, False)


def test_each_service_needs_a_kept_key_of_its_own(tmp_path: Path) -> None:
    both = zipped(part(), part(service="followup", key=FORGERS))
    code, said = checked(tmp_path, both, kept())
    assert (code, "planning: TERBUKTI / PROVEN, 4" in said) == (2, True)
    assert "followup: TIDAK TERBUKTI / NOT PROVEN: no key that you gave vouches for CONTOH/followup" in said
    ours = zipped(part(), part(service="followup"))
    assert (checked(tmp_path, ours, kept(), kept("followup"), kept("assessment")))[0] == 0


def test_nothing_is_not_proven(tmp_path: Path) -> None:
    for empty in (zipped(), zipped(part(())), zipped(part(()), part((), service="followup"))):
        code, said = checked(tmp_path, empty)
        assert (code, "there is no event in it" in said, "PROVEN, 0" in said) == (2, True, False)
    code, said = checked(tmp_path, zipped(part(()), part(service="followup")))
    assert (code, "planning: tidak ada peristiwa / no events" in said) == (0, True)


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ((0, 0, 2, 3, 4), "stands in it twice"),
        ((2, 0, 3, 4), "in another order"),
        ((0, 3, 4), f"before plan {uuid5(SARI, 'plan')} v3 was left out"),
        ((2, 3, 4), f"before plan {uuid5(SARI, 'plan')} v2 was left out"),
        ((0, 1, 2), "about somebody else"),
    ],
)
def test_events_are_all_there_once_and_in_their_order(
    tmp_path: Path, chosen: Sequence[int], reason: str
) -> None:
    code, said = checked(tmp_path, zipped(part(chosen)))
    assert (code, "TERBUKTI / PROVEN," in said) == (2, False)
    assert reason in said


def test_what_no_proof_can_tell_is_said(tmp_path: Path) -> None:
    code, said = checked(tmp_path, zipped(part((0, 2))), kept())
    assert code == 0
    assert "Can't be proven: that nothing was left out at the end of a record" in said
    assert "Not checked: baca.html" in said


def test_each_event_and_each_evidence_file_that_was_proven_is_named(tmp_path: Path) -> None:
    _, said = checked(tmp_path, WHOLE)
    lines = [line.strip() for line in said.splitlines()]
    assert f"4  2026-03-03T02:00:00.000000Z  ProgressReported  plan {uuid5(SARI, 'plan')} v3" in lines
    assert lines.count(f"SHA-256 {DIGEST}  {uuid5(SARI, 'file')}") == len(SARIS)


@pytest.mark.parametrize(
    "listed",
    [
        b"[]",
        orjson.dumps(part().evidence()).replace(b"c0", b"c1"),
        orjson.dumps(part().evidence()).replace(b'"sha256"', b'"sha256":"c1","sha256"'),
    ],
)
def test_a_list_of_evidence_that_the_events_do_not_tell_is_not_proven(tmp_path: Path, listed: bytes) -> None:
    code, said = checked(tmp_path, rewritten("planning/evidence.json", lambda _content: listed))
    assert (code, "list of evidence" in said) == (2, True)


@pytest.mark.parametrize("name", ["planning/more.jsonl", "followup/events.jsonl", "planning/events.jsonl"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_other_file_takes_a_place_beside_what_is_proven(tmp_path: Path, name: str) -> None:
    made = BytesIO(WHOLE)
    with zipfile.ZipFile(made, "a") as more:
        more.writestr(name, more.read("planning/events.jsonl"))
    code, said = checked(tmp_path, made.getvalue())
    assert (code, "TIDAK TERBUKTI / NOT PROVEN: " in said) == (2, True)


def named(**changed: Any) -> bytes:
    """A bundle that says something else about itself."""
    return rewritten("bundle.json", lambda content: orjson.dumps(orjson.loads(content) | changed))


def test_a_service_that_is_named_twice_is_not_proven_twice(tmp_path: Path) -> None:
    assert checked(tmp_path, named(services=["planning", "planning"]))[0] == 2


def test_an_event_behind_the_last_line_is_seen(tmp_path: Path) -> None:
    longer = rewritten("planning/events.jsonl", lambda content: content + told("plan", 4))
    assert checked(tmp_path, longer)[0] == 2


def test_what_a_bundle_calls_itself_writes_no_lines_of_its_own(tmp_path: Path) -> None:
    code, said = checked(tmp_path, named(agency="CONTOH\x1b[2K\n  planning: TERBUKTI / PROVEN, 9\n"))
    assert (code, "\x1b" in said) == (2, False)
    assert "  planning: TERBUKTI / PROVEN, 9" not in said.splitlines()


DAMAGES: dict[str, tuple[str, Any]] = {
    "a list": ("bundle.json", []),
    "a number for the services": ("bundle.json", {"agency": "A", "employee": "", "year": 1, "services": 7}),
    "a text for the proofs": ("planning/proofs.json", "halo"),
    "a fraction for a place": ("planning/proofs.json", [{"index": 0.5, "path": ["00"]}] * len(SARIS)),
    "a number for a note": ("planning/keys.json", [1]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_of_another_kind_is_said_to_be_no_bundle(tmp_path: Path, damage: str) -> None:
    name, value = DAMAGES[damage]
    code, said = checked(tmp_path, rewritten(name, lambda _content: orjson.dumps(value)))
    assert (code, "bukan berkas bukti yang utuh / not a whole bundle" in said) == (1, True)


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """A stretch of it is another one, or missing."""
    at = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(0, 8) | st.just(len(content)))
    return content[:at] + data.draw(st.binary(max_size=8)) + content[at + length :]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture(scope="module")
def proven(folder: Path) -> str:
    return checked(folder, WHOLE, kept())[1]


@settings(max_examples=25)
@given(st.sampled_from(["", "bundle.json", *(f"planning/{name}" for name in checker.FILES)]), st.data())
def test_no_damage_is_taken_for_proven_or_ends_without_a_sentence(
    folder: Path, proven: str, name: str, data: st.DataObject
) -> None:
    """Whatever is proven of a damaged file is what the whole one proves."""
    content = rewritten(name, lambda inside: damaged(inside, data)) if name else damaged(WHOLE, data)
    code, said = checked(folder, content, kept())
    assert code or said == proven
    assert code != 2 or "TIDAK TERBUKTI / NOT PROVEN: " in said
    assert code != 1 or "bukan berkas bukti yang utuh" in said
