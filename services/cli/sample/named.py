"""The years of those whom a visitor is invited to sign in as, told in detail."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from services.cli.sample.dice import Dice
from services.cli.sample.moments import at, before_end, exactly, following
from services.cli.sample.ordinary import (
    KIND,
    LAST_REPORT,
    PAST,
    PRAISED,
    RUNNING,
    STEADY,
    WEAK,
    Course,
    year_of,
)
from services.cli.sample.ordinary import said as remarked
from services.cli.sample.story import Correction, End, Feedback, Person, Report, Result, Seen, Year
from services.cli.sample.texts import DATA, MONTHLY, result, works

SCANNED = (38, 35, 41, 30, 42, 24, 45, 40, 47, 38, 44, 36)
SCANNED_SINCE = (52, 61, 66, 78, 80, 79, 84, 70, 88, 90)
LATE_MONTH, LATE_DAY = 8, date(2025, 9, 11)
EXCUSED_MONTH, DONE_ON, SENT_ON = 6, date(2026, 7, 3), date(2026, 7, 7)
EXCUSE = "Jaringan kantor terputus 4 sampai 6 Juli; berkas laporan bertanggal 3 Juli dan telah diperlihatkan."
CORRECTION = (
    "Realisasi triwulan IV telah disampaikan lewat surat, tetapi terlewat saat penilaian; bukti diterima."
)


@cache
def told() -> Any:
    """What was said to them."""
    return json.loads((DATA / "named.json").read_text(encoding="utf-8"))


def year_of_anybody(person: Person, year: int) -> Year:
    """The year of somebody, in detail where the sample has any."""
    return PARTS.get(person.part, year_of)(person, year)


def of_sari(person: Person, year: int) -> Year:
    """Good at data, one report late; the next year she tells in time."""
    plan = whole_plan(year_of(person, year, course=KIND, end=End.AGREED))
    dice = Dice(person.nip, year, "reports")
    months = range(1, 13 if year == PAST else LAST_REPORT + 1)
    made = [monthly_report(year, month, dice) for month in months]
    share = 100 if year == PAST else 75
    made += quantities(plan, (0, 1), (6, 12) if year == PAST else (6, 9), f"{97.2}", dice)
    made += quantities(plan, (1, 0), (6, 12) if year == PAST else (6, 9), str(13 * share // 100), dice)
    made += quantities(plan, (2, 0), (12,) if year == PAST else (9,), "2.6", dice)
    return detailed(plan, made)


def monthly_report(year: int, month: int, dice: Dice) -> Report:
    """Sari's report of a month: one late in the first year, one excused in the second."""
    day = following(year, month, dice.between(2, 5))
    if (year, month) == (PAST, LATE_MONTH):
        day = LATE_DAY
    excused = (year, month) == (RUNNING, EXCUSED_MONTH)
    moment = exactly(SENT_ON if excused else day, dice)
    accepted = (at(SENT_ON + timedelta(days=2), dice), DONE_ON, EXCUSE) if excused else None
    return Report(
        at=moment,
        result=0,
        indicator=0,
        month=month,
        realised="1",
        action="Menghimpun data, mencocokkan dengan SIASN, menyusun dan menyampaikan laporan.",
        completed_on=DONE_ON if excused else day,
        evidence=(f"laporan-data-kepegawaian-{year}-{month:02}.{'pdf' if month % 2 else 'csv'}",),
        accepted=accepted,
    )


def of_budi(person: Person, year: int) -> Year:
    """Whom people understand: fit for the front office."""
    plan = year_of(person, year, course=KIND, end=End.AGREED)
    return detailed(plan, list(plan.reports))


def of_dewi(person: Person, year: int) -> Year:
    """Behind in the first year; guided in the second, and better."""
    plan = whole_plan(year_of(person, year, course=WEAK if year == PAST else STEADY, end=End.AGREED))
    dice = Dice(person.nip, year, "reports")
    scanned = SCANNED if year == PAST else SCANNED_SINCE
    made = []
    for month, count in enumerate(scanned, start=1):
        late = month in (5, 9) if year == PAST else month == LATE_MONTH
        day = following(year, month, 4 + (7 if late else 0))
        report = Report(
            at=exactly(day, dice),
            result=0,
            indicator=0,
            month=month,
            realised=str(count),
            action="Memilah, memindai, memeriksa, dan mengunggah berkas pegawai.",
            evidence=(f"daftar-berkas-{year}-{month:02}.csv",) if month % 3 == 0 else (),
        )
        if before_end(report.at):
            made.append(report)
    made += quantities(plan, (0, 1), (12,) if year == PAST else (9,), "74" if year == PAST else "93", dice)
    made += quantities(plan, (1, 0), (12,) if year == PAST else (9,), "71" if year == PAST else "91", dice)
    made += quantities(plan, (2, 0), (12,) if year == PAST else (9,), "7" if year == PAST else "9", dice)
    return detailed(plan, made)


def of_fitri(person: Person, year: int) -> Year:
    """Led by another from the middle of the second year."""
    plan = year_of(person, year, course=PRAISED, end=End.AGREED)
    return detailed(plan, list(plan.reports))


def of_the_corrected(person: Person, year: int) -> Year:
    """Whose result was set right by the appraiser's superior."""
    if year != PAST:
        return year_of(person, year, end=End.AGREED)
    plan = year_of(person, year, course=Course(76, 86, "below", "met"))
    moment = at(date(2026, 2, 3), Dice(person.nip, "correction"))
    return replace(plan, correction=Correction(at=moment, result="met", behavior="met", reason=CORRECTION))


def ending(end: End) -> Callable[[Person, int], Year]:
    """Somebody whose plan of the running year came exactly so far."""

    def told_so(person: Person, year: int) -> Year:
        return year_of(person, year, course=STEADY, end=end)

    return told_so


def agreed(person: Person, year: int) -> Year:
    """Somebody who leads or serves the others: in order in both years."""
    return year_of(person, year, course=KIND, end=End.AGREED)


def whole_plan(year: Year) -> Year:
    """With all planned results of the person's work; a data processor's begins with the monthly report."""
    dice = Dice(year.person.nip, year.year, "plan")
    results = [result(title, indicators, dice) for title, indicators in works()[year.person.work]]
    if results[0].indicators[0].aspect == "quantity" and year.person.work == "data":
        results[0] = Result(results[0].title, (MONTHLY, *results[0].indicators[1:]))
    return replace(year, results=tuple(results))


def quantities(
    plan: Year, place: tuple[int, int], months: tuple[int, ...], realised: str, dice: Dice
) -> list[Report]:
    """The same value reported in each of the months."""
    return [
        Report(
            at=at(date(plan.year, month, 19) + timedelta(days=dice.between(1, 9)), dice),
            result=place[0],
            indicator=place[1],
            month=month,
            realised=realised,
            action="Rekapitulasi, pemeriksaan silang, dan penyampaian hasil.",
        )
        for month in months
    ]


def detailed(year: Year, reports: list[Report]) -> Year:
    """With these reports, and the feedback that the sample tells of."""
    lines = told()[year.person.part]["feedback"]
    said = tuple(feedback(line, year) for line in lines if line[0] == year.year)
    silent = [place for place in range(len(year.results)) if all(one.result != place for one in said)]
    if year.year == PAST:
        dice = Dice(year.person.nip, year.year, "feedback")
        said += tuple(
            remarked(year, place, year.results[place], dice, kind="appreciation") for place in silent
        )
    in_order = tuple(sorted(reports, key=lambda one: one.at))
    return replace(year, reports=in_order, feedback=tuple(sorted(said, key=lambda one: one.at)))


def feedback(line: Any, year: Year) -> Feedback:
    """A line of the file: year, day, kind, place or value, what was seen, and the answer."""
    _, day, kind, place, value, seen, next_step, competences, answered, answer = line
    dice = Dice(year.person.nip, year.year, day)
    return Feedback(
        at=at(date.fromisoformat(f"{year.year}-{day}"), dice),
        kind=kind,
        result=place,
        value=value,
        seen=seen,
        next_step=next_step,
        competences=tuple(Seen(code, noted) for code, noted in competences),
        answer=(at(date.fromisoformat(f"{year.year}-{answered}"), dice), answer) if answered else None,
    )


PARTS: dict[str, Callable[[Person, int], Year]] = {
    "sari": of_sari,
    "budi": of_budi,
    "dewi": of_dewi,
    "fitri": of_fitri,
    "corrected": of_the_corrected,
    "waiting": ending(End.SUBMITTED),
    "returned": ending(End.RETURNED),
    "team": agreed,
    "newteam": agreed,
    "division": agreed,
    "officer": agreed,
    "hr": agreed,
}
