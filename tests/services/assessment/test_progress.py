"""Progress's rules, as sentences."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from services.assessment.evaluation.refusals import (
    NotTheAppraiser,
    NotTheEmployee,
    OwnRating,
    PlanNotAgreed,
    ResultIsPublished,
)
from services.assessment.progress.commands import AcceptEarlierDate, AssessedPlan, ReportProgress
from services.assessment.progress.decider import AGGREGATE
from services.assessment.progress.events import EarlierDateAccepted, Evidence, ProgressReported
from services.assessment.progress.refusals import (
    CompletedInFuture,
    EarlierDateNotEarlier,
    EarlierDateWithoutEvidence,
    EarlierDateWithoutReason,
    IndicatorUnknown,
    MonthNotStarted,
    MonthOutsidePeriod,
    RealisationNegative,
    ReportMissing,
    ReportNotLate,
)
from shared.decider import Refusal
from shared.store.encrypted import Ciphertext, Encrypted
from tests.services.assessment.people import BUDI, CONTENT, COUNT, ON_TIME, PLAN, RATNA, SARI
from tests.spec import Spec

progress = Spec(AGGREGATE.decider)

agreed = AssessedPlan(identity=PLAN, content=CONTENT, is_published=False)
recap = Evidence(
    evidence_id=UUID(int=501),
    file_name=Encrypted.of("rekap-data-agustus.xlsx"),
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    size=4096,
    sha256="9f" * 32,
)
letter = replace(recap, evidence_id=UUID(int=502), file_name=Encrypted.of("tanda-terima.pdf"))
report_august = ReportProgress(
    plan=agreed,
    reported_by=SARI,
    indicator_id=ON_TIME,
    month=8,
    planned_action="Menyusun laporan Agustus",
    realised=Decimal(1),
    completed_on=date(2026, 9, 4),
    evidence=(recap,),
    kept_evidence=(),
    recorded_on=date(2026, 9, 8),
)
august_reported = ProgressReported(
    plan=PLAN,
    indicator_id=ON_TIME,
    month=8,
    planned_action=Encrypted.of("Menyusun laporan Agustus"),
    keeps_action=False,
    realised=Decimal(1),
    completed_on=date(2026, 9, 4),
    evidence=(recap,),
    kept_evidence=(),
    recorded_on=date(2026, 9, 8),
    due_on=date(2026, 9, 5),
    days_late=3,
)
accept = AcceptEarlierDate(
    plan=agreed,
    accepted_by=RATNA,
    appraiser_id=RATNA,
    indicator_id=ON_TIME,
    month=8,
    accepted_on=date(2026, 9, 4),
    has_reason=True,
)
accepted = EarlierDateAccepted(indicator_id=ON_TIME, month=8, accepted_on=date(2026, 9, 4), days_late=0)


def test_a_report_after_the_due_date_is_late_whatever_completion_date_is_claimed() -> None:
    progress.given().when(report_august).then(august_reported)


def test_a_report_on_the_due_date_is_on_time() -> None:
    in_time = replace(report_august, recorded_on=date(2026, 9, 5))
    progress.given().when(in_time).then(replace(august_reported, recorded_on=date(2026, 9, 5), days_late=0))


def test_the_same_report_again_is_nothing_new() -> None:
    progress.given(august_reported).when(report_august).then_nothing()
    kept = replace(report_august, evidence=(), kept_evidence=(recap.evidence_id,))
    progress.given(august_reported).when(kept).then_nothing()


def test_a_correction_shows_and_leaves_timeliness_as_the_first_report_made_it() -> None:
    first = replace(august_reported, recorded_on=date(2026, 9, 5), days_late=0)
    correction = replace(
        report_august,
        realised=Decimal(2),
        evidence=(letter,),
        kept_evidence=(recap.evidence_id,),
        recorded_on=date(2026, 9, 20),
    )
    progress.given(first).when(correction).then(
        replace(
            first,
            planned_action=None,
            keeps_action=True,
            realised=Decimal(2),
            evidence=(letter,),
            kept_evidence=(recap.evidence_id,),
            recorded_on=date(2026, 9, 20),
        )
    )
    state = AGGREGATE.decider.fold(
        [first, *AGGREGATE.decider.decide(AGGREGATE.decider.fold([first]), correction)]
    )
    corrected = state.on(ON_TIME, 8)
    assert corrected is not None
    assert corrected.evidence == (recap, letter)
    assert corrected.planned_action is first.planned_action, "told once, and no change on the trail"
    assert corrected.first_recorded_on == date(2026, 9, 5)


def test_a_stored_action_is_the_same_where_whoever_opened_it_says_so() -> None:
    stored = Encrypted[str](Ciphertext("AAEC", SARI, UUID(int=1), "/planned_action"))
    reported = replace(august_reported, planned_action=stored)
    again = replace(report_august, kept_evidence=(recap.evidence_id,), evidence=())
    progress.given(reported).when(replace(again, same_action=stored)).then_nothing()
    corrected = replace(reported, planned_action=Encrypted.of("Menyusun laporan Agustus"))
    progress.given(reported).when(again).then(
        replace(corrected, evidence=(), kept_evidence=(recap.evidence_id,))
    )


def test_an_action_can_be_taken_away() -> None:
    without = replace(report_august, planned_action=None)
    progress.given(august_reported).when(without).then(
        replace(august_reported, planned_action=None, evidence=(), kept_evidence=(recap.evidence_id,))
    )


def test_an_indicator_without_a_schedule_is_never_late() -> None:
    counted = replace(report_august, indicator_id=COUNT)
    progress.given().when(counted).then(
        replace(august_reported, indicator_id=COUNT, due_on=None, days_late=0)
    )


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (replace(report_august, plan=None), PlanNotAgreed),
        (replace(report_august, plan=replace(agreed, is_published=True)), ResultIsPublished),
        (replace(report_august, reported_by=BUDI), NotTheEmployee),
        (replace(report_august, indicator_id=UUID(int=9999)), IndicatorUnknown),
        (replace(report_august, month=13), MonthOutsidePeriod),
        (replace(report_august, month=10), MonthNotStarted),
        (replace(report_august, realised=Decimal(-1)), RealisationNegative),
        (replace(report_august, completed_on=date(2026, 9, 9)), CompletedInFuture),
    ],
)
def test_a_report_that_cannot_be_is_refused(ask: ReportProgress, reason: type[Refusal]) -> None:
    progress.given().when(ask).then_refused(reason)


def test_the_appraiser_accepts_an_earlier_date_on_evidence_and_with_a_reason() -> None:
    progress.given(august_reported).when(accept).then(accepted)
    progress.given(august_reported, accepted).when(accept).then_nothing()


def test_an_accepted_date_survives_a_later_correction() -> None:
    correction = replace(report_august, realised=Decimal(2), recorded_on=date(2026, 9, 20))
    progress.given(august_reported, accepted).when(correction).then(
        replace(
            august_reported,
            planned_action=None,
            keeps_action=True,
            realised=Decimal(2),
            evidence=(),
            kept_evidence=(recap.evidence_id,),
            recorded_on=date(2026, 9, 20),
            days_late=0,
        )
    )


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (replace(accept, accepted_by=SARI), OwnRating),
        (replace(accept, accepted_by=BUDI), NotTheAppraiser),
        (replace(accept, month=7), ReportMissing),
        (replace(accept, accepted_on=date(2026, 9, 8)), EarlierDateNotEarlier),
        (replace(accept, accepted_on=date(2026, 7, 31)), EarlierDateNotEarlier),
        (replace(accept, has_reason=False), EarlierDateWithoutReason),
    ],
)
def test_an_earlier_date_that_cannot_be_is_refused(ask: AcceptEarlierDate, reason: type[Refusal]) -> None:
    progress.given(august_reported).when(ask).then_refused(reason)


def test_without_evidence_the_recorded_date_stands() -> None:
    bare = replace(august_reported, evidence=())
    progress.given(bare).when(accept).then_refused(EarlierDateWithoutEvidence)


def test_a_report_on_time_needs_no_earlier_date() -> None:
    in_time = replace(august_reported, recorded_on=date(2026, 9, 5), days_late=0)
    progress.given(in_time).when(replace(accept, accepted_on=date(2026, 9, 3))).then_refused(ReportNotLate)
