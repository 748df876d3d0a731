"""Bytes that break the rules of XML, read as what they were meant to be."""

import pytest

from pipeline.ingest.oai_mending import mend_text, read_as_text


@pytest.mark.parametrize(
    ("content", "text", "warnings"),
    [
        pytest.param("Schrödinger – €".encode(), "Schrödinger – €", (), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfa", "a", (), id="UTF-8 with its mark"),
        pytest.param(
            "é ü".encode("latin-1") + "ő".encode(),
            "é üő",
            ("2 bytes that are not UTF-8, read as Latin-1",),
            id="Latin-1 bytes among UTF-8",
        ),
        pytest.param(
            b"\x93a\x94 \x81", "“a” �", ("3 bytes that are not UTF-8, read as Latin-1",), id="quotes of Windows"
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="ISO-8859-2"?>\xf5',
            '<?xml version="1.0" encoding="ISO-8859-2"?>ő',
            ("iso8859-2, where the protocol wants UTF-8",),
            id="another encoding, declared",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="ISO-8859-1"?>é'.encode(),
            '<?xml version="1.0" encoding="ISO-8859-1"?>é',
            (),
            id="UTF-8 that is declared as Latin-1",
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="klingon"?>\xe9',
            '<?xml version="1.0" encoding="klingon"?>é',
            ("1 bytes that are not UTF-8, read as Latin-1",),
            id="declared as nothing known",
        ),
        pytest.param("é".encode("utf-16"), "é", ("UTF-16, where the protocol wants UTF-8",), id="UTF-16"),
    ],
)
def test_encodings(content: bytes, text: str, warnings: tuple[str, ...]) -> None:
    assert read_as_text(content) == (text, warnings)


@pytest.mark.parametrize(
    ("text", "mended", "warnings"),
    [
        pytest.param("a &lt; b &amp; &#233; &#xE9;", "a &lt; b &amp; &#233; &#xE9;", (), id="nothing to mend"),
        pytest.param(
            "a\x00b\x0cc\ufffed\te\n", "abcd\te\n", ("3 characters that XML forbids, left out",), id="control"
        ),
        pytest.param(
            "a&#12;&#x0;&#xFFFF;b", "ab", ("3 characters that XML forbids, left out",), id="control, by number"
        ),
        pytest.param(
            "&#1114112;&#99999999;", "", ("2 characters that XML forbids, left out",), id="beyond all numbers"
        ),
        pytest.param(
            "AT&T &eacute;&nbsp;&unknown; &",
            "AT&amp;T é\xa0&amp;unknown; &amp;",
            ("5 ampersands that XML does not know, read as text",),
            id="ampersands",
        ),
        pytest.param("&LT;", "&lt;", ("1 ampersands that XML does not know, read as text",), id="a bracket stays one"),
    ],
)
def test_text_that_is_no_xml(text: str, mended: str, warnings: tuple[str, ...]) -> None:
    assert mend_text(text) == (mended, warnings)
