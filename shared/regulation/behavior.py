"""The seven BerAKHLAK values: their guides, and what seven ratings suggest for behavior as a whole."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.regulation.dated import Dated, Row
from shared.regulation.rating import Rating


class Value(StrEnum):
    """Core values of the civil service (SE MenPANRB 20/2021)."""

    SERVICE = "service"
    ACCOUNTABLE = "accountable"
    COMPETENT = "competent"
    HARMONIOUS = "harmonious"
    LOYAL = "loyal"
    ADAPTIVE = "adaptive"
    COLLABORATIVE = "collaborative"


@dataclass(frozen=True, slots=True)
class Guide:
    """A value's official name and its three guides (panduan perilaku), as the regulation words them."""

    value: Value
    name: str
    guides: tuple[str, str, str]


HONEST = "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin dan berintegritas tinggi"
CAREFUL = "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien"
FAITHFUL = "Memegang teguh ideologi Pancasila, UUD NRI 1945, setia kepada NKRI serta pemerintahan yang sah"

BERAKHLAK: Dated[tuple[Guide, ...]] = Dated(
    "berakhlak",
    (
        Row(
            date(2022, 2, 3),
            (
                Guide(
                    Value.SERVICE,
                    "Berorientasi Pelayanan",
                    (
                        "Memahami dan memenuhi kebutuhan masyarakat",
                        "Ramah, cekatan, solutif, dan dapat diandalkan",
                        "Melakukan perbaikan tiada henti",
                    ),
                ),
                Guide(
                    Value.ACCOUNTABLE,
                    "Akuntabel",
                    (
                        HONEST,
                        CAREFUL,
                        "Tidak menyalahgunakan kewenangan jabatan",
                    ),
                ),
                Guide(
                    Value.COMPETENT,
                    "Kompeten",
                    (
                        "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
                        "Membantu orang lain belajar",
                        "Melaksanakan tugas dengan kualitas terbaik",
                    ),
                ),
                Guide(
                    Value.HARMONIOUS,
                    "Harmonis",
                    (
                        "Menghargai setiap orang apapun latar belakangnya",
                        "Suka menolong orang lain",
                        "Membangun lingkungan kerja yang kondusif",
                    ),
                ),
                Guide(
                    Value.LOYAL,
                    "Loyal",
                    (
                        FAITHFUL,
                        "Menjaga nama baik sesama ASN, Pimpinan, Instansi, dan Negara",
                        "Menjaga rahasia jabatan dan negara",
                    ),
                ),
                Guide(
                    Value.ADAPTIVE,
                    "Adaptif",
                    (
                        "Cepat menyesuaikan diri menghadapi perubahan",
                        "Terus berinovasi dan mengembangkan kreativitas",
                        "Bertindak proaktif",
                    ),
                ),
                Guide(
                    Value.COLLABORATIVE,
                    "Kolaboratif",
                    (
                        "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
                        "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
                        "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
                    ),
                ),
            ),
            "PermenPANRB 6/2022, lampiran: perilaku kerja BerAKHLAK",
        ),
    ),
)

MOST: Dated[int] = Dated(
    "suggested-behavior-rating",
    (
        Row(
            date(2022, 2, 3),
            4,
            "Kebijakan aplikasi: usul saja; rating ditetapkan Pejabat Penilai Kinerja (PermenPANRB 6/2022)",
        ),
    ),
)


def guides_on(day: date) -> tuple[Guide, ...]:
    """The seven values with their guides, in the official order. Raises NoRuleYet."""
    return BERAKHLAK.on(day).value


def suggested_behavior(ratings: Collection[Rating], *, on: date) -> Rating:
    """What the ratings of the seven values suggest as a whole.

    "above" when most are above and none is below, "below" when most are below, else "met".
    """
    most = MOST.on(on).value
    count = Counter(ratings)
    if count[Rating.ABOVE] >= most and not count[Rating.BELOW]:
        return Rating.ABOVE
    if count[Rating.BELOW] >= most:
        return Rating.BELOW
    return Rating.MET
