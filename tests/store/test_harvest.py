"""Lines of preprints, whole, partial and hostile, read and cleaned in a real database. What is done with them: test_sorting.py."""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.hashes import text_hash
from pipeline.records import Preprint, Rejected, Version
from pipeline.store.database import Connection, open_database
from tests.archive import Line, all_preprints, take, tell

SHARED = Path(__file__).parents[3] / "shared" / "data"

FULL = {
    "id": "0704.0001",
    "submitter": "Pavel Nadolsky",
    "authors": "C. Bal\\'azs, E. L. Berger",
    "title": "Calculation of prompt diphoton\n  production cross sections",
    "comments": "37 pages, 15 figures",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "doi": "10.1103/PhysRevD.76.013009",
    "report-no": "ANL-HEP-PR-07-12",
    "categories": "hep-ph hep-ex",
    "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "abstract": "  A fully differential calculation\nis presented. ",
    "versions": [
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr."]],
}
MINIMAL = {"id": "2401.15804", "title": "Title", "abstract": "Abstract."}


@pytest.fixture(scope="module")
def database() -> Iterator[Connection]:
    """One for all tests that only read lines: they leave nothing but the table of the last lines."""
    with open_database(None) as opened:
        yield opened


def column(database: Connection, name: str, *lines: Line) -> list[Any]:
    """What a column of `told` holds for each line."""
    tell(database, *lines)
    return [
        value
        for (value,) in database.execute("SELECT COLUMNS($name) FROM told ORDER BY number", {"name": name}).fetchall()
    ]


def fields(database: Connection, name: str, *changes: dict[str, Any]) -> list[Any]:
    """What a column holds for minimal records with these fields."""
    return column(database, name, *(MINIMAL | change for change in changes))


def reasons(database: Connection, *lines: Line) -> list[str | None]:
    return column(database, "reason", *lines)


# --- whole records -----------------------------------------------------------------------------------------------


def test_a_full_record_gives_every_field(connection: Connection) -> None:
    take(connection, FULL)
    assert all_preprints(connection) == {
        "AG-2007.04-0001": Preprint(
            source="arxiv",
            source_id="0704.0001",
            title="Calculation of prompt diphoton production cross sections",
            abstract="A fully differential calculation is presented.",
            authors=("C. Balázs", "E. L. Berger Jr."),
            categories=("hep-ph", "hep-ex"),
            versions=(Version(1, date(2007, 4, 2)), Version(2, date(2007, 7, 24))),
            month="2007.04",
            updated=date(2008, 11, 26),
            doi="10.1103/PhysRevD.76.013009",
            journal_ref="Phys.Rev.D76:013009,2007",
            comments="37 pages, 15 figures",
            licence="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
            archive_id="AG-2007.04-0001",
        )
    }


def test_id_title_and_abstract_are_enough(connection: Connection) -> None:
    take(connection, MINIMAL)
    assert all_preprints(connection) == {
        "AG-2024.01-0001": Preprint(
            source="arxiv",
            source_id="2401.15804",
            title="Title",
            abstract="Abstract.",
            authors=(),
            categories=(),
            versions=(Version(1, None),),
            month="2024.01",
            archive_id="AG-2024.01-0001",
        )
    }


@pytest.mark.parametrize(
    ("field", "name", "empty"),
    [
        pytest.param("comments", "comments", None, id="comments"),
        pytest.param("journal-ref", "journal_ref", None, id="journal-ref"),
        pytest.param("doi", "doi", None, id="doi"),
        pytest.param("license", "licence", None, id="license"),
        pytest.param("update_date", "updated", None, id="update_date"),
        pytest.param("categories", "categories", [], id="categories"),
        pytest.param("versions", "versions", [], id="versions"),
        pytest.param("authors", "authors", [], id="authors"),
        pytest.param("authors_parsed", "authors", [], id="authors_parsed"),
        pytest.param("withdrawn", "withdrawn", None, id="withdrawn"),
        pytest.param("retold", "retold", False, id="retold"),
        pytest.param("deleted", "deleted", False, id="deleted"),
    ],
)
def test_a_field_that_is_missing_or_of_another_type_is_left_empty(
    database: Connection, field: str, name: str, empty: Any
) -> None:
    values: list[Any] = [None, "", " \n", {}, {"a": [1]}, [], [{}], [[]]]
    changes: list[dict[str, Any]] = [{}, *({field: value} for value in values)]
    assert fields(database, name, *changes) == [empty] * len(changes)


@pytest.mark.parametrize("field", ["title", "abstract"])
def test_a_record_without_title_or_abstract_is_rejected(database: Connection, field: str) -> None:
    wrong: list[Any] = [None, "", "  \n", 7, -1.5e3, True, False, ["Title"], {"a": "b"}, "\u200b\u202e"]
    fine = ["7", "true", "[Withdrawn] A title", "{x}", "-1", "null"]
    lines: list[Line] = [MINIMAL | {field: value} for value in (*wrong, *fine)]
    lines.append(json.dumps(MINIMAL | {field: "?"}).replace('"?"', "NaN").encode())
    assert reasons(database, *lines) == [f"no {field}"] * len(wrong) + [None] * len(fine) + [f"no {field}"]


IDS: dict[str, list[Any]] = {
    "no id": [None],
    "id 1003.418 is not text (a number loses its zeros)": [1003.418],
    "id 2401 is not text (a number loses its zeros)": [2401],
    "id true is not text (a number loses its zeros)": [True],
    'id ["2401.15804"] is not text (a number loses its zeros)': [["2401.15804"]],
    'id "1501.0693099999999" is not an id of this source': ["1501.0693099999999"],
    'id "1003.418" is not an id of this source': ["1003.418"],
    'id "2413.00001" is not an id of this source': ["2413.00001"],
    'id "2401.15804v2" is not an id of this source': ["2401.15804v2"],
    'id "arXiv:2401.15804" is not an id of this source': ["arXiv:2401.15804"],
    'id "2401.15804\\n" is not an id of this source': ["2401.15804\n"],
    'id " 2401.15804" is not an id of this source': [" 2401.15804"],
    'id "٢٤٠١.15804" is not an id of this source': ["٢٤٠١.15804"],
    'id "../../etc/passwd" is not an id of this source': ["../../etc/passwd"],
    'id "" is not an id of this source': [""],
    f'id "{"x" * 59} is not an id of this source': ["x" * 100],
}
"""What is said of an id, and the id."""


def test_an_id_that_is_none_of_its_sources_is_rejected_and_named(database: Connection) -> None:
    assert reasons(database, *(MINIMAL | {"id": one} for [one] in IDS.values())) == list(IDS)


def test_rejected_lines_are_named_with_their_places_and_counted_by_reason(database: Connection) -> None:
    told = tell(database, MINIMAL | {"id": 7}, b"{", MINIMAL, MINIMAL | {"id": 8}, b"}", most=3)
    assert (told.lines, told.turns) == (5, 1)
    assert told.reasons == {"id is not text (a number loses its zeros)": 2, "not a line of JSON in UTF-8": 2}
    assert told.rejected == (
        Rejected("feed:1", "id 7 is not text (a number loses its zeros)"),
        Rejected("feed:2", "not a line of JSON in UTF-8"),
        Rejected("feed:4", "id 8 is not text (a number loses its zeros)"),
    )


def test_the_pattern_is_the_sources_own(database: Connection) -> None:
    told = tell(
        database, MINIMAL | {"id": "10.1101/1", "update_date": "2024-02-03"}, MINIMAL, id_pattern=r"10\.\d+/\d+|x"
    )
    assert [one.place for one in told.rejected] == ["feed:2"]


# --- months and dates --------------------------------------------------------------------------------------------

MONTHS = {
    "hep-th/9901001": "1999.01",
    "math.GT/0309136": "2003.09",
    "alg-geom/9202001": "1992.02",
    "astro-ph/9108001": "1991.08",
    "cs/0703001": "2007.03",
    "0704.0001": "2007.04",
    "2606.12345": "2026.06",
}


def test_without_dates_the_month_is_read_off_the_id(database: Connection) -> None:
    assert fields(database, "month", *({"id": one} for one in MONTHS)) == list(MONTHS.values())


V1 = {"version": "v1", "created": "Fri, 31 May 2024 23:59:00 GMT"}
V3 = {"version": "v3", "created": "Mon, 5 Aug 2024 10:00:00 GMT"}


@pytest.mark.parametrize(
    ("changes", "month"),
    [
        pytest.param({"id": "2406.00001", "versions": [V1]}, "2024.05", id="submitted in May, numbered in June"),
        pytest.param({"id": "2406.00001", "versions": [V3]}, "2024.06", id="a later version alone does not tell"),
        pytest.param({"id": "10.1101/1", "versions": [V3]}, "2024.08", id="but better than nothing"),
        pytest.param({"id": "10.1101/1", "update_date": "2024-09-01"}, "2024.09", id="and so is the last change"),
        pytest.param({"id": "10.1101/1", "versions": [{"version": "v1"}]}, None, id="no date at all"),
        pytest.param(
            {"id": "10.1101/1", "versions": [{"version": "1", "created": "0001-01-01"}]}, None, id="no such time"
        ),
        pytest.param({"id": "10.1101/1", "update_date": "9999-12-31"}, None, id="no such time yet"),
    ],
)
def test_the_month_is_that_of_first_submission_as_far_as_it_is_told(
    database: Connection, changes: dict[str, Any], month: str | None
) -> None:
    tell(database, MINIMAL | changes, id_pattern=r"10\.\d+/\d+|\d+\.\d+")
    assert database.execute("SELECT month, reason FROM told").fetchall() == [(month, None if month else "no date")]


DAYS = {
    "Mon, 2 Apr 2007 19:18:42 GMT": date(2007, 4, 2),
    "Mon,  2 Apr 2007 19:18:42 GMT": date(2007, 4, 2),
    "Mon, 2 Apr 2007 19:18:42 -0700": date(2007, 4, 3),
    "Mon, 2 Apr 2007 01:18:42 +0200": date(2007, 4, 1),
    "Mon, 2 Apr 2007 01:18:42 +02:00": date(2007, 4, 1),
    "2 Apr 2007 19:18:42 GMT": date(2007, 4, 2),
    "2 Apr 2007 23:18:42 -0100": date(2007, 4, 3),
    "Mon, 2 Apr 2007": date(2007, 4, 2),
    "2007-04-02": date(2007, 4, 2),
    "2007-04-02T19:18:42Z": date(2007, 4, 2),
    "2007-04-02T19:18:42.123456": date(2007, 4, 2),
    "2007-04-02 19:18:42": date(2007, 4, 2),
    "2008-02-29": date(2008, 2, 29),
    "2007-02-29": None,
    "2007-13-01": None,
    "Mon, 32 Apr 2007 19:18:42 GMT": None,
    "Fri, 31 Dec 9999 23:59:59 -2300": None,
    "0000-01-01": None,
    "1899-12-31": None,
    "2200-01-01": None,
    "Mon, 2 Apr 0007 19:18:42 GMT": None,
    "infinity": None,
    "yesterday": None,
    "20070402": None,
    "": None,
}


def test_dates_become_utc_days(database: Connection) -> None:
    versions = fields(database, "versions", *({"versions": [{"version": "v1", "created": one}]} for one in DAYS))
    assert {one: version["created"] for one, [version] in zip(DAYS, versions, strict=True)} == DAYS
    assert dict(zip(DAYS, fields(database, "updated", *({"update_date": one} for one in DAYS)), strict=True)) == DAYS


@pytest.mark.parametrize(
    ("versions", "numbers"),
    [
        pytest.param([{"version": "v1"}, {"version": "v10"}, {"version": "v2"}], [1, 2, 10], id="sorted by number"),
        pytest.param([{"version": "v1"}, {"version": "v1"}], [1], id="one twice"),
        pytest.param([{"version": "2"}, {"version": 3}], [2, 3], id="without the v, or a number"),
        pytest.param([{"version": "final"}, "v2", None, {}, {"version": None}], [], id="none that can be read"),
        pytest.param([{"version": "v0"}, {"version": "-1"}, {"version": "10000"}, {"version": "9" * 30}], [], id="odd"),
        pytest.param(
            [{"version": f"v{n % 7 + 1}"} for n in range(100_000)], [1, 2, 3, 4, 5, 6, 7], id="a hundred thousand"
        ),
    ],
)
def test_versions_are_read_oldest_first(database: Connection, versions: Any, numbers: list[int]) -> None:
    [found] = fields(database, "versions", {"versions": versions})
    assert [version["number"] for version in found] == numbers


def test_of_one_version_told_twice_the_first_counts(database: Connection) -> None:
    twice = [{"version": "v2", "created": "2024-01-02"}, {"version": "v1"}, {"version": "v2", "created": "2024-09-09"}]
    assert fields(database, "versions", {"versions": twice}) == [
        [{"number": 1, "created": None}, {"number": 2, "created": date(2024, 1, 2)}]
    ]


# --- authors and categories --------------------------------------------------------------------------------------

AUTHORS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "one": ({"authors": "Ada Lovelace"}, ["Ada Lovelace"]),
    "and": ({"authors": "A. Lovelace and C. Babbage"}, ["A. Lovelace", "C. Babbage"]),
    "comma and": ({"authors": "A. One, B. Two, and C. Three"}, ["A. One", "B. Two", "C. Three"]),
    "over lines": ({"authors": "A. One,\n  B. Two,\n  C. Three"}, ["A. One", "B. Two", "C. Three"]),
    "no blanks": ({"authors": "A. One,B. Two ,C. Three,"}, ["A. One", "B. Two", "C. Three"]),
    "Jr. is no author": (
        {"authors": "M. King, Jr., B. Two, Sr, C. Three, III"},
        ["M. King Jr.", "B. Two Sr", "C. Three III"],
    ),
    "initials are": ({"authors": "A. One, I. Two, V. Three, Ivan Four"}, ["A. One", "I. Two", "V. Three", "Ivan Four"]),
    "affiliations": ({"authors": "A. One (1), B. Two (2) ((1) X (Y), (2) Z)"}, ["A. One", "B. Two"]),
    "brackets in brackets": ({"authors": "A (B (C (D (E)))), F"}, ["A", "F"]),
    "and inside names": ({"authors": "Rand Anderson, Sandy Andes"}, ["Rand Anderson", "Sandy Andes"]),
    "TeX stays": ({"authors": "C. Bal\\'azs, K. G\\\"{o}del"}, ["C. Bal\\'azs", 'K. G\\"{o}del']),
    "blanks between commas": ({"authors": ", , A. One, ,"}, ["A. One"]),
    "parsed": (
        {"authors_parsed": [["Berger", "E. L.", "Jr."], ["Balázs", "C.", ""]]},
        ["E. L. Berger Jr.", "C. Balázs"],
    ),
    "parsed, one part": ({"authors_parsed": [["Collaboration", "", ""], ["X"]]}, ["Collaboration", "X"]),
    "parsed, too many parts": ({"authors_parsed": [["B", "A", "C", "University"]]}, ["A B C"]),
    "parsed goes before": ({"authors": "A. One", "authors_parsed": [["Two", "B.", ""]]}, ["B. Two"]),
    "nothing parsed": ({"authors_parsed": [], "authors": "A. One"}, ["A. One"]),
    "parsed of other types": ({"authors_parsed": [[], "x", None, [None], {}]}, []),
    "people": ({"people": ["  Ada\nLovelace ", "C. Babbage"]}, ["Ada Lovelace", "C. Babbage"]),
    "people with commas": ({"people": ["King, M. (Oxford) and others"]}, ["King, M. (Oxford) and others"]),
    "people go before": ({"people": ["A. One"], "authors": "B. Two", "authors_parsed": [["Three", "C."]]}, ["A. One"]),
    "nobody": ({"people": ["", None, " \u200b"], "authors": ""}, []),
}


def test_authors_are_parted(database: Connection) -> None:
    found = fields(database, "authors", *(change for change, _ in AUTHORS.values()))
    assert dict(zip(AUTHORS, found, strict=True)) == {name: people for name, (_, people) in AUTHORS.items()}


def test_names_and_brackets_without_end_do_not_hold_up_the_night(database: Connection) -> None:
    brackets, names = fields(
        database, "authors", {"authors": "(" * 100_000 + ")" * 100_000}, {"authors": "A and B, Jr. " * 100_000}
    )
    assert (len(brackets), len(names)) == (1, 100_001)


CATEGORIES: dict[str, list[str]] = {
    "cs.LG quant-ph cs.LG stat.ML": ["cs.LG", "quant-ph", "stat.ML"],
    "  cs.LG\n quant-ph\t": ["cs.LG", "quant-ph"],
    "astro-ph.CO cond-mat.mes-hall": ["astro-ph.CO", "cond-mat.mes-hall"],
    "cancer-biology public-and-global-health": ["cancer-biology", "public-and-global-health"],
    "../x <b> CS.lg c cs.LG/.. cs. .LG 68T05 cs.LG;": [],
    "cs.LG <script> q-bio": ["cs.LG", "q-bio"],
    "a" * 62: [],
}


def test_categories_keep_their_order_once_each_and_nothing_else_passes_for_one(database: Connection) -> None:
    found = fields(database, "categories", *({"categories": one} for one in CATEGORIES))
    assert found == list(CATEGORIES.values())


def test_of_categories_without_end_the_first_hundred_are_read(database: Connection) -> None:
    many = [f"{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{'x' * (n // 676)}" for n in range(500)]
    assert fields(database, "categories", {"categories": " ".join(many)}) == [many[:100]]


# --- text --------------------------------------------------------------------------------------------------------

TEXTS = {
    "plain": "plain",
    "two\nlines": "two lines",
    " blanks  at   the ends ": "blanks at the ends",
    "\ttabs\tand\r\nreturns\x0b\x0c": "tabs and returns",
    "no\xa0break\u2003em\u3000wide\u2028line\u2029end\x85": "no break em wide line end",
    "größe  ∑\n日本 🪸": "größe ∑ 日本 🪸",
    "A\u202etxt.exe\u0000 \ufeffB": "Atxt.exe B",
    "A\x80\x9f\x85B\ufdd0\ufffe\uffff\U0001ffffC\U0010fffe\ufffd": "A BC\ufffd",
    "zero\u200bwidth\u200d\u2060\u061c\u180e": "zerowidth",
    "iso\u2066lated\u2069": "isolated",
    "tag\U000e0041\U000e0042\U000e007fs": "tags",
    "a \u200b b": "a b",
    "\u200b \u200b": "",
    "soft\xadhyphen": "soft\xadhyphen",
    "x" + " " * 100_000 + "y": "x y",
    "$a < b$ & \\emph{c}": "$a < b$ & \\emph{c}",
}


def test_text_comes_on_one_line_without_what_nobody_should_see(database: Connection) -> None:
    wanted = list(TEXTS.values())
    assert fields(database, "abstract", *({"abstract": one} for one in TEXTS)) == wanted
    assert fields(database, "comments", *({"comments": one} for one in TEXTS)) == [one or None for one in wanted]
    assert fields(database, "authors", *({"people": [one]} for one in TEXTS)) == [
        [one] if one else [] for one in wanted
    ]


def cleaned(text: str) -> str:
    """The same rule in plain Python."""
    return " ".join("".join(character for character in text if not _goes(character)).split())


def _goes(character: str) -> bool:
    code = ord(character)
    ranges = [(0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFFF9, 0xFFFB), (0xE0000, 0xE007F)]
    return (
        (unicodedata.category(character) == "Cc" and not character.isspace())
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
        or code in (0x61C, 0x180E, 0xFEFF)
        or any(low <= code <= high for low, high in ranges)
    )


ODD = [
    chr(code)
    for code in (*range(0x20), *range(0x7F, 0xAE), 0x61C, 0x180E, *range(0x2000, 0x2070), 0x3000, 0xFEFF, 0xE0041)
]


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from([*" \n\t  aé", *ODD]) | st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_is_cleaned_as_the_rule_says(database: Connection, text: str) -> None:
    assert database.execute("SELECT clean($text)", {"text": text}).fetchall() == [(cleaned(text),)]


def test_the_hash_of_a_text_is_the_one_that_python_computes(database: Connection) -> None:
    texts = ["plain", "größe ∑ 日本 🪸", "$a$ \\emph{b}", "x" * 100_000, "quote ' \" \\", "\ufffd"]
    lines = [MINIMAL | {"title": title, "abstract": abstract} for title in texts for abstract in texts]
    expected = [text_hash(Preprint("", "", one["title"], one["abstract"], (), (), (), "")) for one in lines]
    assert column(database, "text_hash", *lines) == expected
    assert len(set(expected)) == len(lines)


# --- withdrawals -------------------------------------------------------------------------------------------------

NOTICES = [
    "This paper has been withdrawn by the author",
    "The article was withdrawn because of an error in Lemma 2",
    "12 pages. This submission has been withdrawn by arXiv administrators",
    "This paper and its abstract have been withdrawn.",
    "Withdrawn",
    "WITHDRAWN",
    "15 pages, 2 figures, WITHDRAWN PENDING A NEW PROOF",
    "Withdrawn: the data are wrong",
    "10 pages; withdrawn",
    "Paper withdrawn due to a mistake in equation 3",
    "temporarily withdrawn",
    "Under revision: withdrawn after doubts about Lemma 2",
    "v3: withdrawn due to a gap in the proof",
    "withdrawn by the first author",
    "This note is now withdrawn",
    "This papers has been withdrawn",
    "This has been withdrawn by the moderators",
    "This work has been retracted by the authors",
    "This paper is being withdrawn pending further experiments",
    "It was submitted by mistake and has now been withdrawn",
    "Due to an error in the previous version this paper has been withdrawn",
    "This preprint has been withdrawn; a corrected one is arXiv:2401.00001",
    "This paper has been superseded by arXiv:2401.00002 and is withdrawn",
    "The labels were made by a machine, and the paper needs to be retracted",
    "A flaw was found in section 4, so this paper must be withdrawn",
    "We withdraw this paper as the main theorem is wrong",
    "The authors have decided to withdraw the present version",
    "As a better one is here, we withdraw it",
    "Withdraw for new measurements",
    "We revise the paper and have requested its withdrawal",
    "Withdrawal of this paper was asked for by its authors",
]
FALSE_FRIENDS = [
    "12 pages",
    "A previous version was withdrawn",
    "The first version of this paper was withdrawn by the authors for an error that is mended here",
    "An earlier submission, arXiv:2401.00004, has been withdrawn",
    "12 pages; v1 was withdrawn for a missing figure",
    "Withdrawn from the journal before publication",
    "This paper was withdrawn from the conference proceedings",
    "Submitted to Physical Letters, withdrawn after two rounds",
    "Replaces arXiv:2401.00003, which was withdrawn",
    "This supersedes the withdrawn preprint arXiv:2401.00003",
    "Corrected version of the paper that was withdrawn in May",
    "Reinstated after having been withdrawn by mistake",
    "Corrects our previously withdrawn paper",
    "Its companion paper was withdrawn",
    "Our claim about Theorem 2 is withdrawn",
    "The statement in Section 3 has been withdrawn",
    "We withdrew a claim in the appendix",
    "This paper has not been withdrawn",
    "3 figures, on withdrawal symptoms of 12 patients",
    "Two patients were withdrawn",
    "On deformation retracts; 8 pages",
]
NOTICES_IN_ABSTRACTS = [
    "This paper has been withdrawn due to a sign error in equation 7.",
    "Withdrawn by the authors.",
    "WITHDRAWN",
    "This paper and abstract have been withdrawn.",
    "An error was found and this paper is withdrawn. We study graphs.",
    "The present article has been temporarily withdrawn.",
]
FALSE_FRIENDS_IN_ABSTRACTS = [
    "Troops were withdrawn from the area.",
    "We study papers withdrawn by their authors and by arXiv.",
    "Withdrawn patients were followed for a year.",
    "We show that a previous paper was withdrawn for good reasons.",
    "This work studies how drugs are withdrawn from the market.",
    "Users have a right to withdraw it, and the paper asks how.",
    "Articles that were retracted are cited as before.",
    "The subspace is a deformation retract of the whole.",
    "We study graphs. " * 20 + "This paper has been withdrawn.",
]


@pytest.mark.parametrize(
    ("field", "notices", "others"),
    [("comments", NOTICES, FALSE_FRIENDS), ("abstract", NOTICES_IN_ABSTRACTS, FALSE_FRIENDS_IN_ABSTRACTS)],
)
def test_a_notice_of_withdrawal_is_told_from_its_false_friends_and_kept_in_its_words(
    database: Connection, field: str, notices: list[str], others: list[str]
) -> None:
    found = fields(database, "withdrawn", *({field: text} for text in (*notices, *others)))
    assert [text for text, words in zip((*notices, *others), found, strict=True) if words] == notices
    assert found == [*(" ".join(text.split()) for text in notices), *[None] * len(others)]


@pytest.mark.parametrize(
    ("changes", "signal", "strength", "words"),
    [
        pytest.param({}, None, None, None, id="none"),
        pytest.param({"deleted": True}, "deleted", "certain", "deleted by its source", id="deleted"),
        pytest.param({"withdrawn": "Retracted in May"}, "stated", "certain", "Retracted in May", id="stated"),
        pytest.param(
            {"withdrawn": "Retracted", "comments": "Withdrawn", "deleted": True},
            "deleted", "certain", "deleted by its source", id="the surest is named",
        ),
        pytest.param({"comments": "Withdrawn"}, "comments", "likely", "Withdrawn", id="comments"),
        pytest.param({"abstract": "Withdrawn."}, "abstract", "likely", "Withdrawn.", id="abstract"),
        pytest.param({"comments": "Withdrawn", "abstract": "Withdrawn."}, "comments", "certain", "Withdrawn", id="both"),
        pytest.param({"versions": [{"version": "v2", "source_type": "I"}]}, "source_type", "weak", None, id="no source"),
        pytest.param(
            {"versions": [{"version": "v1", "source_type": "I"}, {"version": "v2", "source_type": "D"}]},
            None, None, None, id="an earlier version without a source",
        ),
        pytest.param(
            {"versions": [{"version": "v2", "source_type": "I"}, {"version": "v1"}], "comments": "withdrawn"},
            "comments", "certain", "withdrawn", id="no source, and a notice",
        ),
    ],
)  # fmt: skip
def test_signals_of_a_withdrawal_have_their_strength(
    database: Connection, changes: dict[str, Any], signal: str | None, strength: str | None, words: str | None
) -> None:
    tell(database, MINIMAL | changes)
    found = database.execute("SELECT withdrawal_signal, withdrawal_strength, withdrawn FROM told").fetchall()
    assert found == [(signal, strength, words)]


# --- what is read at all -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "inside"),
    [
        pytest.param({}, "abcde", id="all"),
        pytest.param({"categories": ("cs.LG",)}, "ab", id="a category, primary or not"),
        pytest.param({"categories": ("cs",)}, "abc", id="an archive"),
        pytest.param({"categories": ("quant-ph", "math")}, "bd", id="two"),
        pytest.param({"categories": ("c", "cs.L", "CS")}, "", id="no part of a name"),
        pytest.param({"since": date(2024, 3, 1)}, "ac", id="changed since"),
        pytest.param({"since": date(2024, 1, 31)}, "abc", id="else the newest version's day"),
        pytest.param({"since": date(2024, 1, 1)}, "abcd", id="else the month"),
        pytest.param({"since": date(2024, 1, 31), "categories": ("cs.LG",)}, "ab", id="both"),
    ],
)
def test_filters_leave_out_what_is_not_wanted_and_reject_nothing(
    database: Connection, filters: dict[str, Any], inside: str
) -> None:
    def submitted(day: str) -> list[dict[str, str]]:
        return [{"version": "v1", "created": f"2024-01-{day}"}]

    rows: dict[str, dict[str, Any]] = {
        "a": {"id": "2401.00001", "categories": "cs.LG", "update_date": "2024-03-01", "versions": submitted("01")},
        "b": {"id": "2401.00002", "categories": "quant-ph cs.LG", "versions": submitted("31")},
        "c": {"id": "2401.00003", "categories": "cs.AI", "update_date": "2024-05-01"},
        "d": {"id": "2401.00004", "categories": "math.GT"},
        "e": {"id": "2312.00005"},
    }
    told = tell(database, *(MINIMAL | row for row in rows.values()), **filters)
    found = database.execute("SELECT NOT outside FROM told ORDER BY number").fetchall()
    assert [name for name, (wanted,) in zip(rows, found, strict=True) if wanted] == list(inside)
    assert (told.lines, told.reasons, told.turns) == (5, {}, 1 if inside else 0)


def test_a_deletion_is_read_whatever_the_filters(database: Connection) -> None:
    tell(database, {"id": "2401.15804", "deleted": True}, categories=("cs.LG",), since=date(2024, 1, 1))
    assert database.execute("SELECT deleted, outside, reason FROM told").fetchall() == [(True, False, None)]


# --- hostile lines -----------------------------------------------------------------------------------------------

START = b'{"id": "2401.15804", "title": "T", "abstract": "A."'
HOSTILE: dict[str, tuple[bytes, str | None]] = {
    "a Python dict": (b"{'id': '2401.00001'}", "not a line of JSON in UTF-8"),
    "cut off": (START, "not a line of JSON in UTF-8"),
    "Latin-1": ('{"title": "Macrì"}'.encode("latin-1"), "not a line of JSON in UTF-8"),
    "nested without end": (b"[" * 100_000, "not a line of JSON in UTF-8"),
    "nested ten thousand deep": (START + b', "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", None),
    "objects ten thousand deep": (
        b'{"id": ' * 10_000 + b"1" + b"}" * 10_000,
        "id is not text (a number loses its zeros)",
    ),
    "a number without end": (b"1" * 5000, "not a JSON object"),
    "numbers without end inside": (START + b', "update_date": ' + b"9" * 5000 + b', "x": 1e9999, "y": -0}', None),
    "a list": (b'["2401.00001"]', "not a JSON object"),
    "a text": (b'"a line too long to be a preprint"', "not a JSON object"),
    "null": (b"null", "not a line of JSON in UTF-8"),
    "an empty object": (b"\t {}", "no id"),
    "NaN": (b'{"id": NaN}', "id is not text (a number loses its zeros)"),
    "two objects": (START + b"} " + START + b"}", "not a line of JSON in UTF-8"),
    "a null byte after it": (START + b"}\x00", "not a line of JSON in UTF-8"),
    "a raw control character": (
        b'{"id": "2401.15804", "title": "T\x01", "abstract": "A."}',
        "not a line of JSON in UTF-8",
    ),
    "half of a pair": (b'{"id": "2401.15804", "title": "T\\ud800", "abstract": "A."}', "not a line of JSON in UTF-8"),
    "a whole pair and a null": (b'{"id": "2401.15804", "title": "T\\ud83e\\udeb8\\u0000", "abstract": "A."}', None),
    "carriage return": (START + b"}\r", None),
    "blanks around it": (b" \t" + START + b"} \t", None),
    "the same key twice": (START + b', "title": "Other", "title": 7, "abstract": []}', None),
    "keys that are code": (START + b', "__proto__": {}, "$.title": 1, "\\"; DROP TABLE preprints; --": 2}', None),
    "five million characters": (START + b', "comments": "' + b"long  " * 833_333 + b'"}', None),
}


def test_a_line_of_any_kind_is_a_preprint_or_rejected(database: Connection) -> None:
    found = reasons(database, *(line for line, _ in HOSTILE.values()))
    general = [reason and re.sub("^id .* is ", "id is ", reason) for reason in found]
    assert dict(zip(HOSTILE, general, strict=True)) == {name: reason for name, (_, reason) in HOSTILE.items()}
    titles = database.execute("SELECT DISTINCT title FROM told WHERE reason IS NULL ORDER BY title").fetchall()
    assert titles == [("T",), ("T🪸",)]


@pytest.mark.parametrize("line", [b"", b" ", b"\t\r", b"  \x0c"])
def test_a_blank_line_is_no_line(database: Connection, line: bytes) -> None:
    assert tell(database, line, MINIMAL, line).lines == 1


def test_a_byte_order_mark_before_the_first_line_is_none_of_it(database: Connection) -> None:
    assert reasons(database, b"\xef\xbb\xbf" + json.dumps(MINIMAL).encode()) == [None]


def test_no_lines_are_no_trouble(database: Connection) -> None:
    told = tell(database)
    assert (told.lines, told.turns, told.rejected) == (0, 0, ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*FULL, "retold", "people", "withdrawn", "deleted"])


@settings(deadline=None, max_examples=12)
@given(st.lists(st.dictionaries(KEYS, JSON), min_size=1, max_size=30))
def test_no_record_whatever_its_types_is_more_than_rejected(
    database: Connection, records: list[dict[str, Any]]
) -> None:
    told = tell(database, *records, *(one | MINIMAL for one in records), most=100)
    assert told.lines == 2 * len(records)
    assert {one.place for one in told.rejected} <= {f"feed:{number}" for number in range(1, len(records) + 1)}


@settings(deadline=None, max_examples=12)
@given(st.lists(st.binary(max_size=60), max_size=30))
def test_no_bytes_are_more_than_rejected(database: Connection, lines: list[bytes]) -> None:
    told = tell(database, *lines, most=10_000)
    assert len(told.rejected) == told.lines


# --- real records ------------------------------------------------------------------------------------------------


def shared(path: str) -> Path:
    if not (SHARED / path).exists():
        pytest.skip(f"{SHARED / path} is not at hand")
    return SHARED / path


def test_every_record_of_the_arxiv_sample_is_read(database: Connection) -> None:
    told = tell(database, *shared("arxiv/arxiv_sample.jsonl").read_bytes().splitlines())
    assert (told.lines, told.reasons) == (480, {})


def test_every_line_of_the_hostile_records_is_rejected(database: Connection) -> None:
    files = sorted(shared("hostile/records").iterdir())
    told = tell(database, *(line for file in files for line in file.read_bytes().split(b"\n")))
    assert told.lines > 100
    assert sum(told.reasons.values()) == told.lines


def test_the_withdrawn_of_arxivs_test_database_are_found_and_no_others(database: Connection) -> None:
    """1,041 versions of 509 preprints. One tells of its withdrawal by having no source any more, and not in words."""
    content = gzip.decompress(shared("arxiv/arxiv_testdb_versions.jsonl.gz").read_bytes())
    rows = [json.loads(line) for line in content.splitlines()]
    lines = [
        {"id": row["paper_id"], "title": row["title"], "abstract": row["abstract"], "comments": row.get("comments")}
        | {"versions": [{"version": str(row["version"]), "source_type": {"withdrawn": "I"}.get(row["source_format"])}]}
        for row in rows
    ]
    withdrawn = [(row["paper_id"], row["version"]) for row in rows if row.get("is_withdrawn")]
    assert tell(database, *lines).reasons == {}
    found = database.execute(
        "SELECT source_id, versions[1].number FROM told WHERE withdrawal_strength = ANY($strengths) ORDER BY number",
        {"strengths": ["certain", "likely", "weak"]},
    ).fetchall()
    assert found == withdrawn
    assert len(withdrawn) == 11
    weak = database.execute(
        "SELECT source_id, versions[1].number FROM told WHERE withdrawal_strength = 'weak'"
    ).fetchall()
    assert weak == [("0908.3762", 2)]
