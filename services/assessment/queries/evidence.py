"""An evidence file, opened and checked against what its event says of it."""

from dataclasses import dataclass
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.progress.events import Evidence, ProgressReported
from services.assessment.queries.cases import Case, reports
from shared.store.errors import NotFound
from shared.store.unit import Recorded

ERASED_NAME = "berkas"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What a download sends."""

    file_name: str
    media_type: str
    content: bytes


async def evidence_of(assessment: Assessment, case: Case, evidence_id: UUID) -> OpenedFile:
    """A file that any report of this plan ever named.

    Raises NotFound, also for one that was erased; FileMissing and FileChanged for one that was not.
    """
    recorded = (await reports(assessment, case)).recorded
    found = next((one for event in recorded for one in named(event) if one.evidence_id == evidence_id), None)
    if found is None:
        raise NotFound
    content = await assessment.files.read(
        subject_id=case.employee_id, file_id=evidence_id, digest=found.sha256
    )
    if content is None:
        raise NotFound
    name = assessment.keyring.open(found.file_name) or ERASED_NAME
    return OpenedFile(name, found.media_type, content)


def named(recorded: Recorded) -> tuple[Evidence, ...]:
    """The files that an event brought."""
    event = recorded.event
    return event.evidence if isinstance(event, ProgressReported) else ()
