"""One record's trail, all changes for the auditor, and assessment's part of the home page."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from services.assessment.api.requests import assessment_of, seen, today
from services.assessment.queries.home import fragment
from services.assessment.queries.stories import last_version, must_be_told
from services.assessment.queries.telling import AGGREGATES
from shared.identity.policy import Action, may
from shared.projection.past import past
from shared.projection.trail import steps
from shared.projection.trail_query import Wanted
from shared.web.api import Caller
from shared.web.changes import ChangeLine, change_lines
from shared.web.home import HomeFragment
from shared.web.paging import Page, Paged
from shared.web.proofs import ProofBody, Version, look
from shared.web.steps import StepView, step_view

router = APIRouter(tags=["reading"])
RecordKind = Literal["evaluation", "progress", "feedback"]


class EvaluationStep(StepView):
    """One event of an evaluation, its reports or its feedback."""

    record: str


@router.get("/evaluations/{evaluation_id}/trail")
async def read_trail(request: Request, who: Caller, evaluation_id: UUID) -> list[EvaluationStep]:
    """All that happened to the evaluation, its reports and its feedback, oldest first.

    A draft rating is told to its appraiser only, until it is published.
    """
    case, found = await seen(request, who, evaluation_id, Action.READ_TRAIL)
    context = assessment_of(request)
    await context.keyring.load([case.employee_id])
    streams = {
        "evaluation": (case.stream, last_version(case, who, found.relation)),
        "progress": (case.progress_stream, None),
        "feedback": (case.feedback_stream, None),
    }
    story = []
    for aggregate in AGGREGATES:
        stream, until = streams[aggregate.kind]
        recorded = await past(context.store, stream, until=until)
        told = [step_view(one, context.keyring) for one in steps(aggregate, recorded)]
        story += [EvaluationStep(record=aggregate.kind, **one.model_dump()) for one in told]
    return sorted(story, key=lambda one: one.recorded_at or datetime.max.replace(tzinfo=UTC))


@router.get("/evaluations/{evaluation_id}/trail/{record}/{version}/proof")
async def read_proof(
    request: Request, who: Caller, evaluation_id: UUID, record: RecordKind, version: Version
) -> ProofBody:
    """That this change is as it was recorded, under the newest signature; checked now."""
    case, found = await seen(request, who, evaluation_id, Action.READ_TRAIL)
    if record == "evaluation":
        must_be_told(case, who, found.relation, version)
    streams = {"progress": case.progress_stream, "feedback": case.feedback_stream}
    context = assessment_of(request)
    return ProofBody.of(
        await look(context.store, context.settings, streams.get(record, case.stream), version)
    )


@router.get("/changes")
async def list_changes(
    request: Request,
    who: Caller,
    window: Paged,
    *,
    since: date | None = None,
    until: date | None = None,
    unit: UUID | None = None,
    actor: UUID | None = None,
    subject: UUID | None = None,
    kind: Annotated[str, Query(max_length=60)] = "",
    flag: Annotated[list[str] | None, Query(max_length=4)] = None,
) -> Page[ChangeLine]:
    """All changes, newest first; for the auditor."""
    may(Action.READ_CHANGES, who)
    context = assessment_of(request)
    wanted = Wanted(
        zone=context.settings.timezone,
        since=since,
        until=until,
        unit_id=unit,
        actor_id=actor,
        subject_id=subject,
        kind=kind,
        flags=tuple(flag or ()),
    )
    return await change_lines(context.engine, wanted, window, request)


@router.get("/home")
async def home(request: Request, who: Caller) -> HomeFragment:
    """What waits for the asker in assessment, what happened, and the asker's team."""
    return await fragment(assessment_of(request), who, today(request))
