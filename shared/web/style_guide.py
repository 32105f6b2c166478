"""The page `/gaya`: every component at once, to be looked at by people and tests (never in production)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from shared.web.pager import Page
from shared.web.pages import Pages
from shared.web.problem_page import KnownProblem, problem_page
from shared.web.trail_view import (
    ChangeFilters,
    ChangeRow,
    ChangesView,
    FieldChange,
    Link,
    RecordView,
    TrailEntry,
)

FOLDER = Path(__file__).parent / "templates"
AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NOBODY = UUID(int=1)


@dataclass(frozen=True, slots=True)
class Someone:
    """A reader with every role, so that the whole menu shows."""

    actor_id: UUID = NOBODY
    name: str | None = "Sari Wulandari"
    roles: frozenset[str] = frozenset({"employee", "hr", "performance_officer", "auditor"})


ENTRIES = (
    TrailEntry(
        at=AT,
        who="Ratna Dewanti",
        acting_role="Pejabat Penilai Kinerja",
        on_behalf_of="Plt. Kepala Bidang Mutasi dan Promosi",
        what="SKP direvisi setelah ditetapkan",
        why="Target diselaraskan dengan perubahan jadwal seleksi.",
        log_index=4120,
        version=9,
        effective_on=date(2026, 11, 20),
        flags=("Setelah ditetapkan", "Terlambat 3 hari"),
        fields=(
            FieldChange("Laporan bulanan tepat waktu: Target", "10 laporan", "12 laporan"),
            FieldChange("Catatan pimpinan", None, "Sertakan rekapitulasi per unit."),
        ),
        links=(Link("Keadaan sebelum", "#catatan-8"), Link("Keadaan sesudah", "#catatan-9")),
    ),
    TrailEntry(
        at=datetime(2026, 1, 28, 2, 41, tzinfo=UTC),
        who="Ratna Dewanti",
        acting_role="Pejabat Penilai Kinerja",
        what="SKP ditetapkan",
        log_index=3071,
        version=8,
    ),
    TrailEntry(
        at=datetime(2026, 1, 26, 9, 0, tzinfo=UTC), who=None, what="SKP diajukan", log_index=2900, version=7
    ),
)


def style_guide(pages: Pages, request: Request) -> HTMLResponse:
    """All components; `?galat=ya` shows the fields with their errors."""
    errors = {}
    if request.query_params.get("galat") == "ya":
        names = (
            "isian",
            "angka",
            "tanggal",
            "tenggat",
            "uraian",
            "catatan",
            "pilihan",
            "aspek",
            "kompetensi",
            "bukti",
        )
        errors = {name: f"Isi {name} terlebih dahulu" for name in names}
    return pages.render(
        request,
        "gaya.html",
        status=422 if errors else 200,
        actor=Someone(),
        errors=errors,
        breadcrumbs=[("Beranda", "/"), ("Perencanaan", "/perencanaan/skp"), ("Gaya",)],
        today=TODAY,
        at=AT,
        entries=ENTRIES,
        tasks=[
            SimpleNamespace(
                title="Perbaiki 2 catatan pada SKP 2026",
                href="#1",
                due_on=date(2026, 11, 20),
                done=False,
                hint="",
            ),
            SimpleNamespace(
                title="Catat realisasi November", href="#2", due_on=date(2026, 12, 5), done=False, hint=""
            ),
            SimpleNamespace(title="Baca umpan balik", href="#3", due_on=None, done=True, hint=""),
        ],
        page=Page("/gaya", 3, 119, {"unit": "3"}),
    )


def sample_record(pages: Pages, request: Request) -> HTMLResponse:
    """The shared page Jejak with a sample record."""
    record = RecordView(
        title="SKP 2026, Sari Wulandari",
        subtitle="Pengolah Data, Subbagian Umum dan Kepegawaian",
        entries=ENTRIES,
        state=(
            ("Status", "Ditetapkan"),
            ("Rencana hasil kerja", "4"),
            ("Target laporan bulanan", "12 laporan"),
        ),
    )
    return pages.render(request, "jejak.html", actor=Someone(), record=record)


def sample_changes(pages: Pages, request: Request) -> HTMLResponse:
    """The shared page Perubahan with sample rows."""
    path = "/perencanaan/perubahan"
    view = ChangesView(
        path=path,
        rows=tuple(
            ChangeRow(
                entry=entry,
                about="Sari Wulandari",
                unit="Subbagian Umum dan Kepegawaian",
                record="SKP 2026",
                before_href=f"{path}?sebelum={entry.log_index}",
                after_href=f"{path}?sesudah={entry.log_index}",
            )
            for entry in ENTRIES
        ),
        count=1204,
        filters=ChangeFilters.read(request.query_params),
        units=(("1", "Sekretariat"), ("2", "Bidang Mutasi dan Promosi")),
        actors=(("1", "Ratna Dewanti"),),
        kinds=(("PlanAgreed", "SKP ditetapkan"),),
        page=Page.read(path, request.query_params, 1204),
    )
    return pages.render(request, "perubahan.html", actor=Someone(), changes=view)


def sample_problem(pages: Pages, request: Request) -> Response:
    """The page of an error with the status in the address."""
    status = int(request.path_params["status"])
    known = KnownProblem(status, "contoh", "Catatan ini sudah diubah sejak Anda membukanya")
    return problem_page(pages)(request, known)


def routes(pages: Pages) -> list[Route]:
    """All samples; whoever mounts them makes sure it is not production."""
    views: dict[str, Callable[[Pages, Request], Response]] = {
        "/gaya": style_guide,
        "/gaya/jejak": sample_record,
        "/gaya/perubahan": sample_changes,
        "/gaya/masalah/{status:int}": sample_problem,
    }

    def endpoint(view: Callable[[Pages, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return view(pages, request)

        return answer

    return [Route(path, endpoint(view)) for path, view in views.items()]
