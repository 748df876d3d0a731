"""Keys of what pages are made of."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from markupsafe import Markup

from pipeline.records import Page
from pipeline.render.groups import key_of_parts, maker_key, single
from tests.render.samples import ANSWERED, NETWORKS


def test_a_key_is_that_of_everything_in_the_records() -> None:
    key = key_of_parts(ANSWERED, NETWORKS)
    assert key == key_of_parts(replace(ANSWERED), replace(NETWORKS))
    sentence = replace(ANSWERED.sentences[0], hedged=True)
    finding = replace(ANSWERED.findings[0], sentences=(sentence,))
    for changed in (
        (replace(ANSWERED, findings=(finding,)), NETWORKS),
        (ANSWERED, replace(NETWORKS, doi=None)),
        (NETWORKS, ANSWERED),
        (ANSWERED,),
    ):
        assert key_of_parts(*changed) != key


def test_a_key_takes_what_templates_are_given() -> None:
    parts = {"day": date(2024, 1, 1), "html": Markup("<b>"), 1: None, "set": frozenset("ba"), "call": len}
    assert key_of_parts(parts) == key_of_parts(MappingProxyType(parts)) != key_of_parts(parts | {"call": repr})
    with pytest.raises(TypeError):
        key_of_parts(object())


def test_the_program_has_a_key() -> None:
    assert len(maker_key()) == 32


def test_a_page_by_itself_is_a_group_named_by_its_address() -> None:
    page = Page("index.html", b"home")
    group = single(page)
    assert (group.name, list(group.make())) == ("index.html", [page])
    assert group.key != single(Page("index.html", b"other")).key
