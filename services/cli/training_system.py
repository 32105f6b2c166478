"""What a training system does, for stories and trials: it answers on its topic that a course was attended."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.contracts.followup import TRAINING_RESULTS, TrainingCompletedV1


async def answers(servers: str, training: Mapping[str, Any], completed_on: date, certificate: str) -> None:
    """Say that the assigned `training` (as `GET /trainings` shows it) was completed, for 20 lesson hours.

    Said in the evening of that day: a story has its own dates, whatever the clock shows.
    """
    evening = datetime.combine(completed_on, time(12), UTC)
    said = TrainingCompletedV1.model_validate(
        {
            "assignment_id": training["assignment_id"],
            "employee_id": training["employee_id"],
            "completed_on": completed_on,
            "hours": "20",
            "certificate_number": certificate,
        }
    )
    async with AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True) as producer:
        await producer.send_and_wait(
            TRAINING_RESULTS,
            said.model_dump_json().encode(),
            key=str(said.employee_id).encode(),
            headers=[
                ("ce_type", said.ce_type().encode()),
                ("ce_time", evening.isoformat().encode()),
            ],
        )
