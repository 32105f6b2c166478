"""The years of those whom the sample does not follow in detail, each a little different."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from services.cli.sample.dice import Dice
from services.cli.sample.moments import ZONE, after, at, before_end
from services.cli.sample.story import (
    SCHEDULED_DAY,
    End,
    Feedback,
    Indicator,
    Person,
    Rating,
    Report,
    Result,
    Returned,
    Revision,
    Year,
)
from services.cli.sample.texts import competence, planned, reason, remark, sentence, words, works
from shared.web.formatting import bulan

PAST, RUNNING = 2025, 2026
LAST_REPORT = 10
PERCENT_CAP = Decimal("99.9")


@dataclass(frozen=True, slots=True)
class Course:
    """How a year goes: the share of targets reached in percent, and both ratings."""

    low: int
    high: int
    result: str
    behavior: str
    has_evidence: bool = False


STRONG = Course(103, 114, "above", "above", has_evidence=True)
PRAISED = Course(101, 108, "above", "met")
STEADY = Course(94, 102, "met", "met")
KIND = Course(94, 102, "met", "above")
EXCUSED = Course(78, 88, "met", "met")
WEAK = Course(62, 84, "below", "met")
ROUGH = Course(92, 100, "met", "below")
LOST = Course(45, 70, "below", "below")
COURSES = ((0.13, STRONG), (0.06, PRAISED), (0.5, STEADY), (0.19, KIND), (0.03, EXCUSED), (0.075, WEAK))
RARE = ((0.005, LOST), (0.01, ROUGH))
ENDS = (
    (0.035, End.DRAFT),
    (0.055, End.SUBMITTED),
    (0.03, End.RETURNED),
    (0.02, End.REVISING),
    (0.015, End.REVISION_SUBMITTED),
    (0.045, End.REVISED),
)


def course_of(dice: Dice) -> Course:
    """One of the courses, each as often as its share says."""
    left = dice.fraction()
    for share, course in (*COURSES, *RARE):
        left -= share
        if left < 0:
            return course
    return STEADY


def end_of(dice: Dice) -> End:
    """How far a plan of the running year came; most are agreed."""
    left = dice.fraction()
    for share, end in ENDS:
        left -= share
        if left < 0:
            return end
    return End.AGREED


def year_of(person: Person, year: int, *, course: Course | None = None, end: End | None = None) -> Year:
    """The year of somebody, all of it chosen by who and when."""
    dice = Dice(person.nip, year)
    chosen = course or course_of(dice)
    begun = beginning(person, year, dice, End.AGREED if year == PAST else end or end_of(dice))
    if begun.end in (End.DRAFT, End.SUBMITTED, End.RETURNED):
        return begun
    told = replace(begun, reports=reports(begun, chosen, dice), feedback=feedback(begun, chosen, dice))
    if year == PAST:
        return replace(told, rating=rating(chosen, dice))
    return replace(told, revision=revision(told, dice))


def reports_monthly(person: Person) -> bool:
    """Whether somebody's main result is a report that is due every month."""
    return person.work == "data" and "Data ASN" in person.unit


def beginning(person: Person, year: int, dice: Dice, end: End) -> Year:
    """From the draft to the agreement."""
    first = date(year, 1, 6 if year == PAST else 5)
    drafted = at(first + timedelta(days=dice.between(0, 9)), dice)
    if end in (End.SUBMITTED, End.RETURNED) and year == RUNNING:
        submitted = at(date(year, 11, 3) + timedelta(days=dice.between(0, 13)), dice)
    else:
        submitted = after(drafted, dice, 2, 9 if dice.chance(0.95) else 24)
    agreed = after(submitted, dice, 1, 5)
    result = Year(
        person=person,
        year=year,
        end=end,
        results=planned(person.work, dice, monthly=reports_monthly(person)),
        drafted_at=drafted,
        submitted_at=submitted,
        agreed_at=agreed,
        expectation=reason("expectation", dice) if dice.chance(0.1) else None,
    )
    if end is End.RETURNED:
        return replace(result, returned=given_back(agreed, dice, again=False))
    if end is End.AGREED and dice.chance(0.06):
        returned = given_back(agreed, dice, again=True)
        return replace(result, returned=returned, agreed_at=after(agreed, dice, 4, 6))
    return result


def given_back(moment: datetime, dice: Dice, *, again: bool) -> Returned:
    """Returned with a reason, and sent again some days later."""
    code, text = reason("return", dice)
    again_at = after(moment, dice, 1, 3) if again else None
    return Returned(at=moment, code=code, reason=text, again_at=again_at)


def revision(year: Year, dice: Dice) -> Revision | None:
    """What changes in a plan after its agreement, where anything does."""
    if year.end not in (End.REVISING, End.REVISION_SUBMITTED, End.REVISED):
        return None
    code, text = reason("revision", dice)
    moment = at(date(year.year, 10 if year.end is End.REVISED else 11, dice.between(2, 9)), dice)
    submitted = after(moment, dice, 1, 4)
    title, indicators = works()[year.person.work][-1]
    if any(one.title == title for one in year.results):
        title, indicators = works()[year.person.work][1]
    first = indicators[0]
    added = Indicator(title=first[0], aspect=first[1], target=f"{first[2]:g}", unit=first[3])
    return Revision(
        at=moment,
        code=code,
        reason=text,
        added=Result(title, (added,)),
        submitted_at=submitted,
        agreed_at=after(submitted, dice, 1, 4),
    )


def reports(year: Year, course: Course, dice: Dice) -> tuple[Report, ...]:
    """Twice a year for quantities, once for the rest, and every month where a schedule says so."""
    made: list[Report] = []
    for at_result, result in enumerate(year.results):
        for at_indicator, indicator in enumerate(result.indicators):
            place = (at_result, at_indicator)
            if indicator.due_day is not None:
                made += monthly(year, place, indicator, dice)
            else:
                made += gathered(year, place, indicator, course, dice)
    return tuple(sorted(made, key=lambda one: one.at))


def gathered(
    year: Year, place: tuple[int, int], indicator: Indicator, course: Course, dice: Dice
) -> list[Report]:
    """The reports of an indicator without a schedule."""
    months = (6, 12) if indicator.aspect == "quantity" else (12,)
    if year.year == RUNNING:
        months = (6, 9) if indicator.aspect == "quantity" and dice.chance(0.5) else (9,)
    share = Decimal(dice.between(course.low, course.high)) / 100
    if year.year == RUNNING and indicator.aspect == "quantity":
        share = share * 3 / 4
    made = []
    for index, month in enumerate(months):
        moment = at(date(year.year, month, 18) + timedelta(days=dice.between(1, 11)), dice)
        report = Report(
            at=moment,
            result=place[0],
            indicator=place[1],
            month=month,
            realised=str(realised(indicator, share, index, len(months))),
            action=sentence("action", dice),
            completed_on=moment.astimezone(ZONE).date() - timedelta(days=dice.between(0, 4)),
            evidence=evidence(course, year, month, dice) if index == len(months) - 1 else (),
        )
        made.append(report)
    return made


def realised(indicator: Indicator, share: Decimal, index: int, parts: int) -> Decimal:
    """What one report says, so that all of them together reach the share of the target."""
    target = Decimal(indicator.target)
    if indicator.aspect == "quantity":
        whole = (target * share).quantize(Decimal(1))
        first = whole // 2
        return whole if parts == 1 else (first if index == 0 else whole - first)
    if indicator.direction == "lower":
        return (target * (2 - share)).quantize(Decimal("0.1"))
    most = PERCENT_CAP if indicator.unit == "%" else Decimal(1000)
    return min(most, (target * share).quantize(Decimal("0.1")))


def evidence(course: Course, year: Year, month: int, dice: Dice) -> tuple[str, ...]:
    """Names of the files that a report brings along."""
    if course.has_evidence or dice.chance(0.04):
        return (f"laporan-{year.year}-{month:02}.{dice.pick(('pdf', 'csv', 'png'))}",)
    return ()


def monthly(year: Year, place: tuple[int, int], indicator: Indicator, dice: Dice) -> list[Report]:
    """One report a month, now and then some days late."""
    months = range(1, 13 if year.year == PAST else LAST_REPORT + 1)
    made = []
    for month in months:
        late = dice.chance(0.12)
        due = date(year.year + month // 12, month % 12 + 1, indicator.due_day or SCHEDULED_DAY)
        day = due + timedelta(days=dice.between(1, 6) if late else -dice.between(1, 4))
        moment = at(day, dice) if late else at(day - timedelta(days=max(0, day.weekday() - 4)), dice)
        report = Report(
            at=moment,
            result=place[0],
            indicator=place[1],
            month=month,
            realised="1",
            action=f"Menyusun dan menyampaikan laporan {bulan(month)}.",
            evidence=(f"laporan-data-{year.year}-{month:02}.csv",) if month % 4 == 0 else (),
        )
        if before_end(report.at):
            made.append(report)
    return made


def feedback(year: Year, course: Course, dice: Dice) -> tuple[Feedback, ...]:
    """One for each planned result in the past year; in the running one for about half of all people."""
    made = []
    for place, result in enumerate(year.results):
        if year.year == RUNNING and not dice.chance(0.4):
            continue
        praised = dice.chance(0.15 if course.result == "below" else 0.65)
        made.append(said(year, place, result, dice, kind="appreciation" if praised else "improvement"))
    if year.year == PAST and dice.chance(0.1):
        made.append(about_a_value(year, dice))
    return tuple(sorted(made, key=lambda one: one.at))


def said(year: Year, place: int, result: Result, dice: Dice, *, kind: str) -> Feedback:
    """Feedback on a planned result, answered or not."""
    found = remark(kind, result.title, dice)
    month = dice.between(5, 11 if year.year == PAST else 9)
    moment = at(date(year.year, month, dice.between(2, 26)), dice)
    answer = (after(moment, dice, 1, 8), sentence(f"answer_{kind}", dice)) if dice.chance(0.4) else None
    noted = (competence(kind, found.competence),) if dice.chance(0.55) else ()
    return Feedback(
        at=moment,
        kind=kind,
        result=place,
        seen=found.seen,
        next_step=found.next_step,
        competences=noted,
        answer=answer,
    )


def about_a_value(year: Year, dice: Dice) -> Feedback:
    """Appreciation for one of the seven values."""
    value, code, seen, next_step = dice.pick(words()["value"])
    moment = at(date(year.year, dice.between(6, 11), dice.between(2, 26)), dice)
    return Feedback(
        at=moment,
        kind="appreciation",
        value=value,
        seen=seen,
        next_step=next_step,
        competences=(competence("appreciation", code),),
    )


def rating(course: Course, dice: Dice) -> Rating:
    """Rated and published in January, read soon afterwards by most."""
    rated = at(date(RUNNING, 1, 13) + timedelta(days=dice.between(0, 7)), dice)
    published = after(rated, dice, 1, 5)
    read = after(published, dice, 1, 9) if dice.chance(0.94) else None
    text = sentence("above" if course.result == "above" else "met", dice)
    return Rating(
        at=rated,
        result=course.result,
        behavior=course.behavior,
        reason=text,
        published_at=published,
        read_at=read,
    )
