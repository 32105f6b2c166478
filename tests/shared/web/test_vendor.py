import hashlib
import json

import pytest

from shared.web.vendor import COLOURS, FOREIGN, RECORD, STATIC, StillForeign, rebrand


def test_nothing_british_is_left_in_what_is_served() -> None:
    for name in ("govuk-frontend.css", "govuk-frontend.js"):
        assert not FOREIGN.search((STATIC / name).read_text(encoding="utf-8"))


def test_what_is_served_is_what_was_recorded() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    assert record["version"] == "6.3.0"
    for name in ("govuk-frontend.css", "govuk-frontend.js"):
        assert record["sha256"][name] == hashlib.sha256((STATIC / name).read_bytes()).hexdigest()


def test_a_style_sheet_loses_its_typeface_and_crest_and_takes_our_colours() -> None:
    style = (
        "@font-face{font-family:GDS Transport;src:url(a.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        ".govuk-footer__copyright-logo:before{background-image:url(/assets/images/govuk-crest.svg)}"
        ".govuk-footer__crown{margin:0}"
    )
    made = rebrand(style)
    assert "color:red" in made
    assert f"--govuk-brand-colour:{COLOURS['brand']}" in made
    assert not FOREIGN.search(made)


def test_a_new_place_for_the_crest_is_noticed() -> None:
    with pytest.raises(StillForeign):
        rebrand(".somewhere-new{background:url(crest.svg)}")
