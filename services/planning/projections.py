"""What lists and searches read: planning's tables, kept up from its log."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from services.planning.people.events import (
    AssignmentChanged,
    ErasureConfirmed,
    NameCorrected,
    PersonErased,
    PersonRegistered,
)
from services.planning.plan.decider import AGGREGATE as PLAN
from services.planning.plan.decider import Plan, Status
from services.planning.plan.events import (
    PlanAgreed,
    PlanDrafted,
    PlanReturned,
    PlanRevised,
    PlanSubmitted,
    RevisionCancelled,
    RevisionOpened,
)
from shared import people
from shared.erasure.record import ErasureDone
from shared.people import ASSIGNMENTS, PEOPLE
from shared.projection.projection import Change, Projection
from shared.projection.trail import TRAIL, Flag
from shared.store.event import TextUnreadable
from shared.store.keyring import Keyring
from shared.store.unit import Recorded

log = structlog.get_logger()

PLANS = Table(
    "plans",
    MetaData(),
    Column("plan_id", Uuid, primary_key=True),
    Column("employee_id", Uuid),
    Column("year", SmallInteger),
    Column("segment", SmallInteger),
    Column("status", Text),
    Column("revision", Integer),
    Column("in_revision", Boolean),
    Column("unit_id", Uuid),
    Column("appraiser_id", Uuid),
    Column("late", Boolean),
    Column("since", DateTime(timezone=True)),
    Column("first_agreed_at", DateTime(timezone=True)),
    Index("plans_employee", "employee_id", "year"),
    Index("plans_appraiser", "appraiser_id", "status"),
    schema="read",
)
ERASURES = Table(
    "erasures",
    MetaData(),
    Column("employee_id", Uuid, primary_key=True),
    Column("ordered_at", DateTime(timezone=True)),
    Column("ordered_by", Uuid),
    Column("ground", Text),
    Column("document", Text),
    schema="read",
)
ERASURE_STEPS = Table(
    "erasure_steps",
    MetaData(),
    Column("employee_id", Uuid, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("done_at", DateTime(timezone=True)),
    schema="read",
)
TABLES = (*people.TABLES, PLANS, ERASURES, ERASURE_STEPS, TRAIL)


def fold_plans(rows: Sequence[Recorded]) -> list[Change]:
    """One row per plan: where it is, since when, and whose turn it is."""
    return [
        Change(PLANS, {"plan_id": row.stream.stream_id}, values)
        for row in rows
        if row.stream.kind == PLAN.kind and (values := plan_columns(row))
    ]


def plan_columns(row: Recorded) -> dict[str, Any]:
    """The columns that one event of a plan sets."""
    now = {"since": row.recorded_at}
    match row.event:
        case PlanDrafted() as drafted:
            return now | {
                "employee_id": drafted.employee_id,
                "year": drafted.year,
                "segment": drafted.segment,
                "status": Status.DRAFT.value,
                "revision": 1,
                "in_revision": False,
            }
        case PlanSubmitted() as step:
            return now | line_of(step) | {"status": Status.SUBMITTED.value, "late": step.late}
        case PlanReturned() as step:
            return now | line_of(step) | {"status": Status.RETURNED.value}
        case PlanAgreed() as step:
            return (
                now
                | line_of(step)
                | {"status": Status.AGREED.value, "late": step.late, "first_agreed_at": row.recorded_at}
            )
        case PlanRevised() as step:
            done = {"status": Status.AGREED.value, "in_revision": False, "revision": step.revision}
            return now | line_of(step) | done
        case RevisionOpened():
            return now | {"status": Status.REVISING.value, "in_revision": True}
        case RevisionCancelled():
            return now | {"status": Status.AGREED.value, "in_revision": False}
        case _:
            return {}


def line_of(step: PlanSubmitted | PlanReturned | PlanAgreed | PlanRevised) -> dict[str, Any]:
    """Unit and appraiser of that day."""
    return {"unit_id": step.unit_id, "appraiser_id": step.appraiser_id}


def people_list(keyring: Keyring) -> Projection:
    """The people tables, from planning's own events; the runner has loaded the keys to a batch's texts."""

    def fold(rows: Sequence[Recorded]) -> list[Change]:
        return [change for row in rows for change in person_changes(row, keyring)]

    return Projection("people", 1, people.TABLES, fold)


def person_changes(row: Recorded, keyring: Keyring) -> list[Change]:
    """What one event says of a person."""
    key = {"employee_id": row.subject_id}
    match row.event:
        case PersonRegistered() as registered:
            told = {"person_version": row.stream_version, **opened(keyring, registered)}
            return [Change(PEOPLE, key, told)]
        case NameCorrected() as corrected:
            try:
                return [Change(PEOPLE, key, {"full_name": keyring.open(corrected.full_name)})]
            except TextUnreadable as error:
                log.error("text_unreadable", **error.facts)  # noqa: TRY400 - a traceback says no more
                return []
        case PersonErased():
            return [Change(PEOPLE, key, {"nip": None, "full_name": None, "erased": True})]
        case AssignmentChanged(assignment=one):
            placement = {
                "unit_id": one.unit_id,
                "unit_name": one.unit_name,
                "position": one.position,
                "appraiser_id": one.appraiser_id,
            }
            return [Change(ASSIGNMENTS, {**key, "valid_from": one.valid_from}, placement)]
        case _:
            return []


def opened(keyring: Keyring, registered: PersonRegistered) -> dict[str, Any]:
    """Who that is; nobody where it can't be read, which is not erased: an import can tell it anew."""
    try:
        nip, full_name = keyring.open(registered.nip), keyring.open(registered.full_name)
    except TextUnreadable as error:
        log.error("text_unreadable", **error.facts)  # noqa: TRY400 - a traceback says no more
        return {"nip": None, "full_name": None, "erased": False}
    return {"nip": nip, "full_name": full_name, "erased": nip is None}


def flags(row: Recorded, before: Any, after: Any) -> list[Flag]:
    """What an auditor filters by: late steps, and every change to a plan that was agreed."""
    del after
    found = []
    if getattr(row.event, "late", False):
        found.append(Flag.LATE)
    if isinstance(before, Plan) and before.agreed is not None:
        found.append(Flag.AFTER_AGREEMENT)
    return found


def fold_erasures(rows: Sequence[Recorded]) -> list[Change]:
    """Who is to be erased, and which service has done so: our own word, and what the others said."""
    found = []
    for row in rows:
        key = {"employee_id": row.subject_id}
        match row.event:
            case PersonErased(ground=ground, document=document):
                order = {"ordered_at": row.recorded_at, "ordered_by": row.actor_id}
                found.append(Change(ERASURES, key, order | {"ground": ground, "document": document}))
            case ErasureDone():
                done = {"done_at": row.recorded_at}
                found.append(Change(ERASURE_STEPS, {**key, "service": row.service}, done))
            case ErasureConfirmed(service=service):
                done = {"done_at": row.recorded_at}
                found.append(Change(ERASURE_STEPS, {**key, "service": service}, done))
            case _:
                pass
    return found


PLAN_LIST = Projection("plans", 1, (PLANS,), fold_plans)
ERASURE_LIST = Projection("erasures", 1, (ERASURES, ERASURE_STEPS), fold_erasures)
