"""Names of subjects as categories."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.subjects import LONGEST, subject_slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("animal behavior and cognition", "animal-behavior-and-cognition"),
        ("Pharmacology & Toxicology", "pharmacology-and-toxicology"),
        ("HIV/AIDS", "hiv-aids"),
        ("infectious diseases (except hiv/aids)", "infectious-diseases-except-hiv-aids"),
        ("cell_biology", "cell-biology"),
        ("Women's Health", "womens-health"),
        ("Gèneralité", "generalite"),
        ("遺伝学", ""),
        ("", ""),
        (
            "Rehabilitation medicine, physical therapy, and the long study of both",
            "rehabilitation-medicine-physical-therapy-and-the-long-study",
        ),
        ("x" * 80, "x" * LONGEST),
    ],
)
def test_a_subject_becomes_a_category(name: str, slug: str) -> None:
    assert subject_slug(name) == slug


@given(st.text(max_size=100))
def test_what_comes_out_may_stand_in_an_address(name: str) -> None:
    assert re.fullmatch(r"(?:[a-z][a-z-]{0,60})?", subject_slug(name))
