"""Feedback is given and answered over HTTP; its words are nobody's but theirs."""

from typing import Any
from uuid import UUID

import pytest

from tests.services.assessment.office import JSON, SARIS, Office
from tests.services.assessment.people import BUDI, HENDRA, RATNA, REPORTS, SARI
from tests.services.assessment.test_rating_over_http import code

FEEDBACK = f"/evaluations/{SARIS}/feedback"


async def test_feedback_is_given_and_answered(office: Office) -> None:
    await office.with_an_agreed_plan()
    given = (await office.praises(REPORTS)).json()["feedback_id"]
    step = f"/feedback/{given}/answer"
    assert (await office.does(SARI, "POST", step, json={"answer": "Terima kasih."})).status_code == 200
    record = await office.asks(SARI, "GET", f"{JSON}{FEEDBACK}")
    assert record.headers["ETag"] == f'"{record.json()["version"]}"'
    said = record.json()["feedback"][0]
    assert (said["seen"], said["answer"]) == ("Laporan rapi dan dapat dipercaya.", "Terima kasih.")
    assert said["competences"] == [{"code": "accuracy", "kind": "strength"}]
    again = await office.does(SARI, "POST", step, json={"answer": "Lagi."})
    assert (again.status_code, code(again)) == (409, "feedback-already-answered")


async def test_the_superior_of_the_appraiser_may_speak_too(office: Office) -> None:
    await office.with_an_agreed_plan()
    answer = await office.praises(None, value="collaborative", who=HENDRA)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("said", "status", "problem"),
    [
        ({"who": SARI}, 403, "own-record"),
        ({"who": BUDI}, 403, "not-the-appraiser"),
        ({"kind": "gossip"}, 422, "field-errors"),
        ({"kind": "improvement", "next_step": " "}, 409, "feedback-without-text"),
        ({"value": "loyal"}, 409, "feedback-subject-unclear"),
        ({"competences": [{"code": "juggling", "kind": "strength"}]}, 409, "competence-unknown"),
    ],
)
async def test_feedback_that_cannot_be_is_refused(
    office: Office, said: dict[str, Any], status: int, problem: str
) -> None:
    await office.with_an_agreed_plan()
    answer = await office.praises(REPORTS, **said)
    assert (answer.status_code, code(answer)) == (status, problem)


async def test_only_the_employee_answers(office: Office) -> None:
    await office.with_an_agreed_plan()
    given = UUID((await office.praises(REPORTS)).json()["feedback_id"])
    answer = await office.does(RATNA, "POST", f"/feedback/{given}/answer", json={"answer": "Sama-sama."})
    assert (answer.status_code, code(answer)) == (403, "not-your-own-record")
