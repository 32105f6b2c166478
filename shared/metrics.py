"""What a process counts of its work, for Prometheus: a registry of its own, labels from code, no ids."""

from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
COMMANDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """One service's numbers in one process; two services of one process do not meet."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry(target_info={"service": service})
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        count = partial(Counter, registry=self.registry)
        gauge = partial(Gauge, registry=self.registry)
        spread = partial(Histogram, registry=self.registry)

        self.requests = spread(
            "jejak_http_request_seconds",
            "Time to the end of an answer",
            ("method", "route", "status"),
            buckets=SECONDS,
        )
        self.append_seconds = spread("jejak_append_seconds", "Time to write one batch", buckets=SECONDS)
        self.append_commands = spread("jejak_append_commands", "Commands in one batch", buckets=COMMANDS)
        self.append_refused = count("jejak_append_refused", "Commands refused because too many wait")
        self.append_waiting = gauge("jejak_append_waiting", "Commands waiting or being written")
        self.sequencer_ticks = count("jejak_sequencer_ticks", "Looks that found something")
        self.sequencer_events = count("jejak_sequencer_events", "Events given their place by this process")
        self.sequencer_lag = gauge("jejak_sequencer_lag_events", "Events stored without a place yet")
        self.log_events = gauge("jejak_log_events", "Events in the log")
        self.sealed_events = gauge("jejak_sealed_events", "Events under the last signed checkpoint")
        self.reader_lag = gauge("jejak_reader_lag_events", "Events not read yet", ("reader",))
        self.reader_age = gauge("jejak_reader_age_seconds", "Age of the oldest of these", ("reader",))

        of = ("consumer",)
        self.consumer_messages = count("jejak_consumer_messages", "Messages settled", of)
        self.consumer_seconds = spread("jejak_consumer_batch_seconds", "One batch", of, buckets=SECONDS)
        self.consumer_failures = count("jejak_consumer_failures", "Tries that failed", of)
        self.consumer_lag = gauge("jejak_consumer_lag_messages", "Messages not settled yet", of)
        self.consumer_poll_age = gauge("jejak_consumer_poll_age_seconds", "Since Kafka last answered", of)
        self.parked = gauge("jejak_parked_messages", "Messages that wait for a fact or behind another", of)
        self.parked_age = gauge("jejak_parked_age_seconds", "How long the oldest of these has waited", of)
        self.parked_tries = count(
            "jejak_parked_tries", "Tries of what waited, by how they ended", ("consumer", "outcome")
        )
        self.dead = gauge("jejak_dead_letters", "Messages that wait for a decision or for newer code", of)
        self.dead_copied = count("jejak_dead_letters_copied", "Letters sent to their topic", of)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
