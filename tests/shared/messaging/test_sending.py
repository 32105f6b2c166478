"""Messages packed by partition arrive where and in the order that Kafka's own clients would put them."""

from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from shared.messaging.sending import Message, partition_of, send_all
from shared.messaging.topics import Topic, ensure

PARTITIONS = 48


def test_a_key_goes_where_the_client_would_put_it() -> None:
    partitioner, every = DefaultPartitioner(), list(range(PARTITIONS))
    keys = [str(UUID(int=number)).encode() for number in range(200)]
    assert [partition_of(key, PARTITIONS) for key in keys] == [partitioner(key, every, every) for key in keys]


async def test_more_than_fits_a_batch_arrives_in_order(kafka_bootstrap: str) -> None:
    topic = f"packed.{uuid4().hex}.v1"
    await ensure(kafka_bootstrap, [Topic(topic, 2)])
    keys = [b"one", b"other", b"third"]
    values = [f"{number:06}".encode() * (5000 if number == 5 else 20) for number in range(300)]
    messages = [Message(topic, keys[at % 3], value, [("at", b"%d" % at)]) for at, value in enumerate(values)]
    async with AIOKafkaProducer(
        bootstrap_servers=kafka_bootstrap, enable_idempotence=True, acks="all", max_batch_size=4096
    ) as producer:
        for future in await send_all(producer, messages, {topic: 2}):
            await future
    for key in keys:
        assert await read(kafka_bootstrap, topic, key, 100) == [
            one.value for one in messages if one.key == key
        ]


async def read(servers: str, topic: str, key: bytes, count: int) -> list[bytes]:
    """The values of one key, from the partition where it must be."""
    async with AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, partition_of(key, 2))])
        found: list[bytes] = []
        while len(found) < count:
            record = await consumer.getone()
            found += [record.value] if record.key == key else []
    return found
