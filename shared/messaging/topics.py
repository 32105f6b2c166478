"""Creates the topics with their settings; a topic that is there with other settings refuses to start."""

import asyncio
from dataclasses import dataclass, field

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

log = structlog.get_logger()
KNOWN_WITHIN, LOOK_EVERY = 10.0, 0.05  # seconds
REPLICAS = 3  # or as many as there are brokers
FOREVER = {"retention.ms": "-1", "cleanup.policy": "delete"}
COMPACTED = {
    "cleanup.policy": "compact",
    "max.compaction.lag.ms": str(24 * 3600 * 1000),
    "delete.retention.ms": str(30 * 24 * 3600 * 1000),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it must be. The number of partitions never changes: keys would move and lose their order."""

    name: str
    partitions: int
    settings: dict[str, str] = field(default_factory=lambda: dict(FOREVER))

    @property
    def is_compacted(self) -> bool:
        """Whether only the newest of each key stays."""
        return self.settings.get("cleanup.policy") == "compact"


class TopicMismatch(Exception):
    """A topic is there with another number of partitions or another setting."""


async def ensure(servers: str, topics: list[Topic]) -> None:
    """Create what is missing. Raises TopicMismatch, or the client's error when Kafka is away."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    try:
        await admin.start()
        await _create(admin, topics)
        partitions = await _partitions(admin, topics)
        settings = await _settings(admin, topics)
    finally:
        await admin.close()
    for topic in topics:
        found = settings[topic.name] | {"partitions": str(partitions[topic.name])}
        for name, wanted in (topic.settings | {"partitions": str(topic.partitions)}).items():
            if found.get(name) != wanted:
                raise TopicMismatch(f"{topic.name}: {name} is {found.get(name)}, must be {wanted}")


async def _settings(admin: AIOKafkaAdminClient, topics: list[Topic]) -> dict[str, dict[str, str]]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    found: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(asked) if asked else []:
        for code, _, _, name, entries in answer.resources:
            if code:
                raise for_code(code)(name)
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


async def _partitions(admin: AIOKafkaAdminClient, topics: list[Topic]) -> dict[str, int]:
    """How many partitions each topic has; one just made is known everywhere only a moment later."""
    async with asyncio.timeout(KNOWN_WITHIN):
        while True:
            described = await admin.describe_topics([topic.name for topic in topics])
            found = {one["topic"]: len(one["partitions"]) for one in described}
            if all(found.get(topic.name) for topic in topics):
                return found
            await asyncio.sleep(LOOK_EVERY)


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic]) -> None:
    there = set(await admin.list_topics())
    missing = [topic for topic in topics if topic.name not in there]
    if not missing:
        return
    replicas = min(REPLICAS, len((await admin.describe_cluster())["brokers"]))
    answer = await admin.create_topics(
        [
            NewTopic(
                topic.name,
                num_partitions=topic.partitions,
                replication_factor=replicas,
                topic_configs=topic.settings,
            )
            for topic in missing
        ]
    )
    for name, code, *_ in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise for_code(code)(name)
        log.info("topic ready", topic=name)
