"""Traces from request to effect: one W3C `traceparent` goes along, spans are sent where one asks for them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
W3C = TraceContextTextMapPropagator()
HEADER = "traceparent"


class Spans:
    """What a service did, each part under its parent; without a provider nothing is made or measured."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        self._tracer = provider.get_tracer("jejak") if provider else None

    @property
    def are_wanted(self) -> bool:
        """Whether anybody looks at them."""
        return self._tracer is not None

    @contextmanager
    def over(self, name: str, parents: Sequence[str | None]) -> Iterator[list[str | None]]:
        """One span for each parent; yields what to hand on instead. Without a parent one begins a trace."""
        if self._tracer is None:
            yield list(parents)
            return
        begun = [self._tracer.start_span(name, W3C.extract({HEADER: one or ""})) for one in parents]
        try:
            yield [_written(one) for one in begun]
        except BaseException as error:
            for one in begun:  # the kind alone: its words may hold what somebody wrote
                one.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            for one in begun:
                one.end()


def _written(span: "Span") -> str | None:
    carrier: dict[str, str] = {}
    W3C.inject(carrier, trace.set_span_in_context(span))
    return carrier.get(HEADER)


def spans_of(service: str, env: Mapping[str, str] = os.environ) -> Spans:
    """As the environment says (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_TRACES_SAMPLER`): off by default."""
    return _sending(service) if any(env.get(one) for one in ENDPOINTS) else Spans()


@cache
def _sending(service: str) -> Spans:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - costly
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(provider)
