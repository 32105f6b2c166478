"""The documents that others build on say what the code does, and notice when they no longer do."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.cli.contracts import FOLDER, documents
from shared.contracts.asyncapi import asyncapi, every_message


@pytest.fixture(scope="module")
def said() -> Mapping[str, str]:
    return documents()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "contracts"))


def test_the_tree_holds_what_the_code_says(said: Mapping[str, str]) -> None:
    assert different(FOLDER, said) == [], "run: jejak contracts"


@pytest.mark.parametrize("name", ["asyncapi.json", "planning.openapi.json"])
def test_a_changed_document_is_noticed(folder: Path, said: Mapping[str, str], name: str) -> None:
    document = json.loads((folder / name).read_text(encoding="utf-8"))
    document["info"]["version"] = "2"
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    assert different(folder, said) == [name]


def test_every_reference_inside_a_document_leads_somewhere(said: Mapping[str, str]) -> None:
    for text in said.values():
        document = json.loads(text)
        for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
            assert _at(document, reference) is not None, reference


@pytest.mark.parametrize("service", ["planning", "assessment", "followup"])
def test_every_field_of_a_request_shows_an_example(said: Mapping[str, str], service: str) -> None:
    document = json.loads(said[f"{service}.openapi.json"])
    lacking = [
        f"{address}: {name}"
        for address, operations in document["paths"].items()
        for operation in operations.values()
        for content in operation.get("requestBody", {"content": {}})["content"].values()
        for name, schema in _fields(document, content["schema"]).items()
        if not ({"examples", "$ref"} & schema.keys() or schema.get("type") == "boolean" or _is_file(schema))
    ]
    assert lacking == []


def test_every_message_is_on_its_topic_with_its_own_key() -> None:
    document = asyncapi()
    for message in every_message():
        assert message.ce_type() in document["channels"][message.topic]["messages"]
    assert document["operations"]["receive followup.training-results.v1"]["action"] == "receive"
    assert document["operations"]["send planning.events.v1"]["action"] == "send"


def test_a_system_outside_may_leave_every_header_out() -> None:
    said = asyncapi()["components"]["messages"]
    assert said["followup.TrainingCompleted.v1"]["headers"]["required"] == []
    assert "ce_id" in said["followup.TrainingAssigned.v1"]["headers"]["required"]


def _fields(document: Any, schema: Any) -> dict[str, Any]:
    """The fields of a body, each only once where it may come in several shapes."""
    shapes = [_resolved(document, one) for one in schema.get("anyOf", [schema])]
    return {name: field for shape in shapes for name, field in shape.get("properties", {}).items()}


def _resolved(document: Any, schema: Any) -> Any:
    return _at(document, schema["$ref"].removeprefix("#/")) if "$ref" in schema else schema


def _is_file(schema: Any) -> bool:
    return "contentMediaType" in json.dumps(schema)


def _at(document: Any, reference: str) -> Any:
    for part in reference.split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def different(folder: Path, said: Mapping[str, str]) -> list[str]:
    return [name for name, text in said.items() if (folder / name).read_text(encoding="utf-8") != text]
