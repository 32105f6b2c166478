"""The AsyncAPI 3 document of all topics, made from the contracts themselves."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pydantic.json_schema import models_json_schema

from shared import contracts
from shared.contracts.contract import Contract
from shared.contracts.followup import TRAINING_RESULTS

WRITTEN_BY_OTHERS = frozenset({TRAINING_RESULTS})
THEIRS = ("ce_id", "ce_type", "ce_time", "ce_correlationid", "traceparent")
REF = "#/components/schemas/{model}"
TEXT = {"type": "string"}
UUID, INSTANT = TEXT | {"format": "uuid"}, TEXT | {"format": "date-time"}
HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0, binary mode",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": UUID | {"description": "the same when a message comes again"},
        "ce_type": TEXT,
        "ce_source": TEXT | {"examples": ["/CONTOH/planning"]},
        "ce_subject": UUID | {"description": "the employee"},
        "ce_time": INSTANT,
        "ce_logindex": TEXT | {"pattern": "^[0-9]+$", "description": "place in the sender's log; only grows"},
        "ce_correlationid": UUID,
        "traceparent": TEXT,
    },
}
# Those of systems outside: what is left out is found in the message and its place.
THEIR_HEADERS = HEADERS | {
    "description": "CloudEvents 1.0, binary mode; each may be left out",
    "required": [],
    "properties": {name: HEADERS["properties"][name] for name in THEIRS},
}
KEY = {"type": "string", "description": "UUID of the employee; the agency's code where a message has none"}


def asyncapi() -> dict[str, Any]:
    """The whole document; equal contracts make equal documents."""
    messages = list(every_message())
    _, schemas = models_json_schema([(one, "validation") for one in messages], ref_template=REF)
    topics = sorted({one.topic for one in messages})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Jejak Kinerja: public messages",
            "version": "1",
            "description": "Readers ignore fields that they do not know; a new shape is a new version.",
        },
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic, messages) for topic in topics},
        "operations": dict(_operation(topic) for topic in topics),
        "components": {
            "messages": {one.ce_type(): _message(one) for one in messages},
            "schemas": schemas["$defs"],
        },
    }


def every_message() -> Iterator[type[Contract]]:
    """Each class of the package that is a message by itself, by its CloudEvents type."""
    found: dict[str, type[Contract]] = {}
    for module in pkgutil.iter_modules(contracts.__path__):
        for value in vars(import_module(f"{contracts.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Contract) and "name" in vars(value):
                found[value.ce_type()] = value
    return iter([found[ce_type] for ce_type in sorted(found)])


def _channel(topic: str, messages: list[type[Contract]]) -> dict[str, Any]:
    ours = [one.ce_type() for one in messages if one.topic == topic]
    return {
        "address": topic,
        "messages": {ce_type: {"$ref": f"#/components/messages/{ce_type}"} for ce_type in ours},
    }


def _operation(topic: str) -> tuple[str, dict[str, Any]]:
    """What the topic's owner does with it: it sends, but for a topic that others write for it."""
    action = "receive" if topic in WRITTEN_BY_OTHERS else "send"
    return f"{action} {topic}", {"action": action, "channel": {"$ref": f"#/channels/{topic}"}}


def _message(contract: type[Contract]) -> dict[str, Any]:
    return {
        "name": contract.ce_type(),
        "summary": (contract.__doc__ or "").strip().partition("\n")[0],
        "headers": THEIR_HEADERS if contract.topic in WRITTEN_BY_OTHERS else HEADERS,
        "payload": {"$ref": REF.format(model=contract.__name__)},
        "bindings": {"kafka": {"key": KEY}},
    }
