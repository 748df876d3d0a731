"""References for other people's tools."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Preprint
from pipeline.render.cite import render_bibtex, render_csl, render_ris
from tests.render.samples import COSTS, IDLE, NETWORKS


def fields_of(entry: str) -> dict[str, str]:
    """The fields of a BibTeX entry as BibTeX reads it: a value ends where its braces do, escaped ones counted too."""
    head = re.match(r"@misc\{([^,]*),\n", entry)
    assert head, entry
    fields, place = {"": head[1]}, head.end()
    while start := re.compile(r"  (\w+) = \{").match(entry, place):
        depth, place = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(entry[place], 0)
            place += 1
        fields[start[1]] = entry[start.end() : place - 1]
        assert entry[place : place + 2] == ",\n", entry
        place += 2
    assert entry[place:] == "}\n", entry
    return fields


def test_a_full_entry() -> None:
    assert render_bibtex(NETWORKS) == (
        "@misc{AG-2024.01-0001,\n"
        "  title = {{Hybrid quantum networks}},\n"
        "  author = {Michael Kölle and Ana Ruiz and Bo Li},\n"
        "  year = {2024},\n"
        "  month = {1},\n"
        "  eprint = {2401.15804},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {quant-ph},\n"
        "  doi = {10.1000/182\\_a},\n"
        "  url = {https://arxiv.org/abs/2401.15804v3},\n"
        "  note = {AG-2024.01-0001, version 3},\n"
        "}\n"
    )


def test_names_and_titles_in_tex_are_unicode() -> None:
    preprint = replace(
        NETWORKS, title=r"Schr{\"o}dinger at $10^{-3}$ eV", authors=(r"Mei{\ss}ner, U.", r"Erd\H{o}s and Sons")
    )
    assert fields_of(render_bibtex(preprint))["author"] == "Meißner, U. and {Erdős and Sons}"
    ris = render_ris(preprint).splitlines()
    assert ris[2:5] == ["TI  - Schrödinger at 10⁻³ eV", "AU  - Meißner, U.", "AU  - Erdős and Sons"]


def test_what_the_source_does_not_give_is_left_out() -> None:
    assert set(fields_of(render_bibtex(IDLE))) == {
        "", "title", "year", "month", "eprint", "archivePrefix", "primaryClass", "note",
    }  # fmt: skip
    assert "primaryClass" not in fields_of(render_bibtex(COSTS))
    assert fields_of(render_bibtex(IDLE))["archivePrefix"] == "reefxiv"


@pytest.mark.parametrize(
    ("title", "written"),
    [
        pytest.param("50% of A&B #1 a_b", r"50\% of A\&B \#1 a\_b", id="signs"),
        pytest.param(r"\input{/etc/passwd}", "/etc/passwd", id="a command"),
        pytest.param(
            r"a $\input{x}$", r"a \$\textbackslash{}input\textbraceleft{}x\textbraceright{}\$", id="one in a formula"
        ),
        pytest.param(
            r"\def\x{\x}$\def\x{\x}$",
            r"defx\$\textbackslash{}def\textbackslash{}x\textbraceleft{}"
            r"\textbackslash{}x\textbraceright{}\$",
            id="definitions",
        ),
        pytest.param(r"Schr{\"o}dinger--M\"uller \emph{et al}", "Schrödinger–Müller et al", id="accents"),
        pytest.param(r"CO\textsubscript{2} at 5\% of $50%$", r"CO\textsubscript{2} at 5\% of $50\%$", id="scripts"),
        pytest.param("Costs of $n_1^{2}$ qubits", "Costs of $n_1^{2}$ qubits", id="a formula stays"),
        pytest.param("a $x{$ b", r"a \$x\textbraceleft{}\$ b", id="a formula that opens a brace"),
        pytest.param(r"a $x\}$ b", r"a \$x\textbackslash{}\textbraceright{}\$ b", id="a formula with an escaped brace"),
        pytest.param("costs $5", r"costs \$5", id="a single dollar"),
        pytest.param("a ~ b ^ c", r"a \textasciitilde{} b \textasciicircum{} c", id="accents"),
        pytest.param(
            "x}}, note = {y", r"x\textbraceright{}\textbraceright{}, note = \textbraceleft{}y", id="a way out"
        ),
    ],
)
def test_a_title_is_text_and_no_latex(title: str, written: str) -> None:
    assert fields_of(render_bibtex(replace(NETWORKS, title=title)))["title"] == f"{{{written}}}"


@given(st.text(st.sampled_from("{}\\$%&#_~^ab, =@\"'"), min_size=1, max_size=30))
def test_no_title_author_or_doi_breaks_out_of_its_field(text: str) -> None:
    entry = render_bibtex(replace(NETWORKS, title=text, authors=(text, "B"), doi=text))
    whole = fields_of(render_bibtex(NETWORKS))
    assert set(fields_of(entry)) == set(whole)
    same = set(whole) - {"title", "author", "doi"}
    assert {name: fields_of(entry)[name] for name in same} == {name: whole[name] for name in same}


def test_an_and_inside_a_name_does_not_make_two_authors() -> None:
    entry = render_bibtex(replace(NETWORKS, authors=("LIGO and Virgo", "Bo Li")))
    assert fields_of(entry)["author"] == "{LIGO and Virgo} and Bo Li"


def test_et_al_is_nobodys_name() -> None:
    many = replace(NETWORKS, authors=("A. Abulencia", "et al", "for the CDF Collaboration"))
    assert fields_of(render_bibtex(many))["author"] == "A. Abulencia and CDF Collaboration and others"
    assert [line for line in render_ris(many).splitlines() if line.startswith("AU")] == [
        "AU  - A. Abulencia",
        "AU  - CDF Collaboration",
    ]
    [item] = json.loads(render_csl(many))
    assert item["author"] == [{"literal": "A. Abulencia"}, {"literal": "CDF Collaboration"}]


def test_a_full_ris_record() -> None:
    assert render_ris(NETWORKS) == (
        "TY  - UNPB\n"
        "ID  - AG-2024.01-0001\n"
        "TI  - Hybrid quantum networks\n"
        "AU  - Michael Kölle\n"
        "AU  - Ana Ruiz\n"
        "AU  - Bo Li\n"
        "PY  - 2024\n"
        "DA  - 2024/01/28\n"
        "DO  - 10.1000/182_a\n"
        "UR  - https://arxiv.org/abs/2401.15804v3\n"
        "AN  - arxiv:2401.15804\n"
        "ER  - \n"
    )


@pytest.mark.parametrize("preprint", [COSTS, IDLE], ids=["no day", "no address"])
def test_a_sparse_ris_record_has_no_empty_lines(preprint: Preprint) -> None:
    lines = render_ris(preprint).splitlines()
    assert all(re.fullmatch(r"[A-Z]{2}  - .+", line) for line in lines[:-1])
    assert lines[-1] == "ER  - "
    assert ("DA  - 2004/05" in lines) == (preprint is COSTS)


def test_csl_json_is_an_article_with_its_version_and_ids() -> None:
    assert json.loads(render_csl(NETWORKS)) == [
        {
            "id": "AG-2024.01-0001",
            "type": "article",
            "genre": "preprint",
            "title": "Hybrid quantum networks",
            "author": [{"literal": "Michael Kölle"}, {"literal": "Ana Ruiz"}, {"literal": "Bo Li"}],
            "issued": {"date-parts": [[2024, 1, 28]]},
            "version": "3",
            "number": "arxiv:2401.15804",
            "publisher": "arxiv",
            "DOI": "10.1000/182_a",
            "URL": "https://arxiv.org/abs/2401.15804v3",
            "abstract": NETWORKS.abstract,
            "note": "AG-2024.01-0001, version 3",
        }
    ]


def test_csl_json_leaves_out_what_is_not_known_and_shows_no_tex() -> None:
    [item] = json.loads(render_csl(replace(COSTS, title=r"Schr{\"o}dinger at $10^{-3}$", authors=(r"M. M\"uller",))))
    assert (item["title"], item["author"]) == ("Schrödinger at 10⁻³", [{"literal": "M. Müller"}])
    assert item["issued"] == {"date-parts": [[2004, 5]]}
    assert "DOI" not in item
    [unnamed] = json.loads(render_csl(IDLE))
    assert not {"author", "URL"} & set(unnamed)
