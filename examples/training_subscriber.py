"""A training system: hears which courses are assigned and, told to, answers that they are completed."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

KAFKA = {"bootstrap_servers": os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")}
FROM_THE_START = {"group_id": "training-system", "auto_offset_reset": "earliest"}


async def main() -> None:
    events = AIOKafkaConsumer("followup.events.v1", **KAFKA, **FROM_THE_START)
    async with events, AIOKafkaProducer(**KAFKA) as answers:
        async for message in events:
            if dict(message.headers)["ce_type"] == b"followup.TrainingAssigned.v1":
                course = json.loads(message.value)
                print(course["employee_id"], course["course_title"], course["complete_by"], flush=True)
                if "--complete" in sys.argv:
                    done = {name: course[name] for name in ("assignment_id", "employee_id")}
                    done |= {
                        "completed_on": datetime.now(UTC).date().isoformat(),
                        "hours": 20,
                        "certificate_number": "LMS1",
                    }
                    await answers.send("followup.training-results.v1", json.dumps(done).encode(), message.key)


asyncio.run(main())
