"""The documents that others build on say what the code does, and notice when they no longer do."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from services.cli.contracts import FOLDER, documents, stale
from shared.contracts.asyncapi import asyncapi, every_message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "contracts"))


def test_the_tree_holds_what_the_code_says() -> None:
    assert stale(FOLDER) == []


@pytest.mark.parametrize("name", ["asyncapi.json", "planning.openapi.json"])
def test_a_changed_document_is_noticed(folder: Path, name: str) -> None:
    document = json.loads((folder / name).read_text(encoding="utf-8"))
    document["info"]["version"] = "2"
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    assert stale(folder) == [name]


def test_every_reference_inside_a_document_leads_somewhere() -> None:
    for text in documents().values():
        document = json.loads(text)
        for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
            assert _at(document, reference) is not None, reference


def test_every_message_is_on_its_topic_with_its_own_key() -> None:
    document = asyncapi()
    for message in every_message():
        assert message.ce_type() in document["channels"][message.topic]["messages"]
    assert document["operations"]["receive followup.training-results.v1"]["action"] == "receive"
    assert document["operations"]["send planning.events.v1"]["action"] == "send"


def _at(document: Any, reference: str) -> Any:
    for part in reference.split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document
