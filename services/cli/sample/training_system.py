"""The agency's training system: answers over Kafka that a course was completed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from types import TracebackType
from typing import Self
from uuid import UUID, uuid5

from aiokafka import AIOKafkaProducer

from services.cli.sample.moments import ZONE
from shared.contracts.followup import TrainingCompletedV1


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Somebody completed the course of that assignment."""

    assignment_id: UUID
    employee_id: UUID
    at: datetime
    hours: str


@dataclass
class TrainingSystem:
    """Use as a context; `told` are the assignments it has answered."""

    servers: str
    told: set[UUID] = field(default_factory=set)
    _producer: AIOKafkaProducer = field(init=False)

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(bootstrap_servers=self.servers, acks="all")
        await self._producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def tell(self, done: Completion) -> None:
        """Send the message; told again, it is the same one."""
        message = TrainingCompletedV1(
            assignment_id=done.assignment_id,
            employee_id=done.employee_id,
            completed_on=done.at.astimezone(ZONE).date(),
            hours=Decimal(done.hours),
            certificate_number=f"BKD-CONTOH/{done.at:%Y/%m}/{done.assignment_id.int % 10_000:04}",
        )
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(uuid5(done.assignment_id, "completed")),
            "ce_type": TrainingCompletedV1.ce_type(),
            "ce_source": "/training-system",
            "ce_time": done.at.astimezone(UTC).isoformat(),
        }
        await self._producer.send_and_wait(
            TrainingCompletedV1.topic,
            message.model_dump_json().encode(),
            key=str(done.employee_id).encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )
        self.told.add(done.assignment_id)
