"""On every screen one thing goes by one name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCREENS = [
    path
    for folder in ("services", "shared")
    for pattern in ("*.html", "*wording.py")
    for path in (ROOT / folder).rglob(pattern)
]
OTHER_NAMES = {
    "[Pp]ejabat penilai": "Pejabat Penilai: the name of an office",
    "diterbitkan|hasil terbit": "diumumkan: what is done with a result",
    "masa SKP|Masa dari|Masa sampai": "periode: the days of a plan",
    "makin (besar|kecil)": "makin tinggi, makin rendah: the direction of a target",
    "[Tt]anggal jatuh tempo|Jatuh tempo": "tenggat: the day by which a report is due",
    r"\bid pegawai|pemegang id": "nomor pengguna: what identifies a person to the sign-in",
    r"\bserver\b": "sistem: readers know no server",
    r"\bdulu\b": "dahulu",
}


def test_there_are_screens() -> None:
    assert len(SCREENS) > 40


@pytest.mark.parametrize("other", OTHER_NAMES)
def test_one_thing_goes_by_one_name(other: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:120]}"
        for path in SCREENS
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(other, line)
    ]
    assert found == [], OTHER_NAMES[other]
