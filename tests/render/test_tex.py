"""Titles, abstracts and names as readers see them."""

import json
import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.render.formula import ATTRIBUTES, TOKENS, WRAPPED
from pipeline.render.tex import LONG, WHOLE, to_html, to_text
from tests.render.test_formula import OWN, SIGNS

SHARED = Path(__file__).parents[3] / "shared" / "data"
PAYLOADS = SHARED / "hostile" / "xss.txt"
SAMPLE = SHARED / "arxiv" / "arxiv_sample.jsonl"
HTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
BARE = re.compile(r' (?:alttext|data-pagefind-index-attrs|data-pagefind-ignore)="[^"]*"')

TEXTS = [
    # accents and letters
    (r"Schr{\"o}dinger and M\"uller", "Schrödinger and Müller"),
    (r"Poincar\'e, Amp\`ere, r\^ole, Ma\c{c}\~ao", "Poincaré, Ampère, rôle, Mação"),
    (r"Erd\H{o}s, \v{C}ech, \v Cech, Szeg\"o, Ku{\v{c}}era", "Erdős, Čech, Čech, Szegö, Kučera"),
    (r"Krzy\.{z}ak, M\u{a}gurele, Juzeli\=unas, \k{A}", "Krzyżak, Măgurele, Juzeliūnas, Ą"),
    (r"Vardarl{\i}, na\"{\i}ve, \'{\i}, \'\i", "Vardarlı, naïve, í, í"),
    (r"Mei{\ss}ner, Mei\ss ner, Bj{\o}rn, Pucha{\l}a, H{\aa}stad", "Meißner, Meißner, Bjørn, Puchała, Håstad"),
    (r"{\O}stergaard, {\L}ojasiewicz, {\AE}sir", "Østergaard, Łojasiewicz, Æsir"),
    (r"Vi\d{\^{e}}t", "Việt"),
    (r"H$\ddot{o}$lder, Bezi\'er", "Hölder, Beziér"),
    (r"\'{} \' \^{} \" \=", r"' ' ^ " + '" ='),
    (r"\'\'\'\'e", "'''é"),
    # signs
    (r"5\% of R\&D at \$3, \#1, a\_b, \{x\}", "5% of R&D at $3, #1, a_b, {x}"),
    ("5% of R&D, #1, a_b, C# and 100%", "5% of R&D, #1, a_b, C# and 100%"),
    (r"e.g.\ this, a\,b, po\-la\-ri\-za\-tion, end\/, GP\@.", "e.g. this, a b, polarization, end, GP."),
    (r"one \\ two \\[2mm]{three}", "one two three"),
    (r"12~\AA\ and 90\deg, \S 3, \copyright\ 2024", "12 Å and 90°, § 3, © 2024"),
    ("``two'' and `one' and ``mixed\"", "“two” and ‘one’ and “mixed”"),
    ("''both'' ways, x''=0 at 5''", "“both” ways, x″=0 at 5″"),
    ('a "plain" one, a "mixed\'\' one', 'a "plain" one, a "mixed” one'),
    ("Runge--Kutta -- pages 3--7 --- all", "Runge–Kutta – pages 3–7 — all"),
    ("A --> B, run --help, <!-- x -->", "A --> B, run --help, <!-- x -->"),
    (r"model~(small) of Fig.~1 \emph{and} J.~Doe", "model (small) of Fig. 1 and J. Doe"),
    ("~90 of FWHM~4, example.org/~doe", "~90 of FWHM~4, example.org/~doe"),
    # commands
    (r"\emph{far}, \textbf{up to 5\%}, {\it et al}, {\em per se}", "far, up to 5%, et al, per se"),
    (r"\textsc{Net} and J\underline{A}il of \texttt{a\_b}", "Net and JAil of a_b"),
    (r"as \cite {doe, roe} and \citep[see][p.~3]{poe} show", "as [doe, roe] and [poe] show"),
    (r"code\footnote{on request} here", "code (on request) here"),
    (r"\texorpdfstring{$\alpha$}{alpha} decay", "α decay"),
    (r"\url{https://example.org/a_b}.", "https://example.org/a_b."),
    (r"\href{https://example.org/a}{our page}", "our page (https://example.org/a)"),
    (r"\href{https://example.org/a}{example.org/a}", "example.org/a"),
    (r"\href{javascript:alert(1)}{our page}", "our page"),
    (r"\href{this https URL}{this https URL}", "this https URL"),
    (r"\textcolor{red}{hot} and {\color{blue} cold}", "hot and cold"),
    (r"\method shows that \ours{} is \eg faster, \ie\ cheaper", "method shows that ours is e.g. faster, i.e. cheaper"),
    (r"\SI{5}{\celsius}, \SI{20}{\micro\meter}, \num{5.0}, \ac{BnB}", "5 °C, 20 µm, 5.0, BnB"),
    (r"\begin{itemize} \item one \item two \end{itemize}", "• one • two"),
    (r"\ourmethod[x]{a}{b} and \input{/etc/passwd}", "a b and /etc/passwd"),
    (r"\b{eta} and \k{appa} and \r{ho}", "β and κ and ρ"),
    (r"SL(2,Z)\SL(2,R)", "SL(2,Z)∖SL(2,R)"),
    (r"C:\temp\new", "C:tempnew"),
    ("ends in \\", "ends in"),
    # braces and scripts
    ("{Q}uantum {Nets} over {0, 1}", "Quantum Nets over {0, 1}"),
    ("a } lone { brace", "a } lone { brace"),
    (r"R^{2n}_{NC}, CO\textsubscript{2}, Pro\textsuperscript{2}", "R²ⁿ_NC, CO₂, Pro²"),
    (r"A_\mu at 5^\circ and x^{\prime}", "A_μ at 5° and x′"),
    ("10^5 of YBa_2Cu_3, asr_eval, L^2", "10^5 of YBa_2Cu_3, asr_eval, L^2"),
    # formulas
    (r"at $10^{-3}$ eV", "at 10⁻³ eV"),
    (r"$\alpha$ and \alpha, {\mu}m, \sim 5", "α and α, μm, ∼ 5"),
    (r"$O(n \log n)$ over $\mathbb{R}^n$", "O(n log n) over ℝⁿ"),
    (r"$^{14}$N at $\sim$5\%, 256$\times$256", "¹⁴N at ∼5%, 256×256"),
    (r"a \bar D of \frac{m}{l} with \tilde{\chi}_1^0", "a D̄ of m/l with χ̃₁⁰"),
    (r"\begin{equation} x = 1 \end{equation} holds", "x = 1 holds"),
    (r"\[ x \] and \( y \)", "x and y"),
    ("$54.5%$ of them", "54.5% of them"),
    ("between $5 and $10 a run", "between $5 and $10 a run"),
    (r"of $\ours_1$ and $\frac{$ here", "of ours_1 and frac here"),
    (r"$\textbf{up to $n$ runs}$", "up to n runs"),
    (r"the $\beta decay", "the β decay"),
    (r"$_{\!}$gone", "gone"),
    (r"\mbox{$k$-SAT} is $\mathsf{NP}$-hard", "k-SAT is NP-hard"),
    (r'\char"0986 and $\unicode{x2013}$', "আ and –"),
]


@pytest.mark.parametrize(("raw", "text"), TEXTS, ids=[raw for raw, _ in TEXTS])
def test_tex_is_text(raw: str, text: str) -> None:
    assert to_text(raw) == text


@pytest.mark.parametrize("plain", ["", "Reefs grow.", "naïve Bayes: 5% (R&D) <b>", "a  b\nc", "x - y; [1]"])
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert to_text(plain) == plain
    assert str(to_html(plain)) == plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shown(raw: str) -> str:
    """The HTML without what the search index wants."""
    return BARE.sub("", to_html(raw))


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        pytest.param("at $n$ runs", "at <math><mi>n</mi></math> runs", id="a formula"),
        pytest.param(
            r"$$n$$", '<math display="block"><mi>n</mi></math>', id="on a line of its own"
        ),
        pytest.param(r"$5$, \alpha, $\sim$", "5, α, ∼", id="numbers and signs are text"),
        pytest.param(r"$\ours_1 < 2$", '<code class="tex">$\\ours_1 &lt; 2$</code>', id="a broken one is its source"),
        pytest.param(r"\(\ours\)", r'<code class="tex">\(\ours\)</code>', id="with its delimiters"),
        pytest.param("<b> & $\\text{<i>}$", "&lt;b&gt; &amp; &lt;i&gt;", id="tags are text"),
        pytest.param(r"R^{a\textsubscript{b}}", "R<sup>a<sub>b</sub></sup>", id="scripts"),
        pytest.param(r"\emph{a} ``b''", "a “b”", id="the rest is text"),
        pytest.param(
            "Ru$^n$, or $p$-adic",
            'or <span class="whole"><math><mi>p</mi></math>-</span>adic',
            id="with what stands beside it",
        ),
    ],
)  # fmt: skip
def test_tex_is_html(raw: str, html: str) -> None:
    assert html in shown(raw)


def test_a_long_formula_has_a_box_that_scrolls_and_a_short_one_none() -> None:
    assert shown("$" + "a+" * LONG + "a$").startswith('<span class="formula"><math>')
    assert shown("$a+b$").startswith("<math>")


def test_a_formula_stays_with_the_signs_beside_it_unless_they_are_many() -> None:
    assert shown("x ($n$),").endswith(' <span class="whole">(<math><mi>n</mi></math>),</span>')
    assert "whole" not in shown("y" * WHOLE + "$n$")
    assert "whole" not in shown("x $n$ y")


def assert_shown_safely(raw: str) -> None:
    page = str(to_html(raw))
    assert "\\" not in re.sub(r'<code class="tex">.*?</code>', "", page, flags=re.DOTALL)
    assert "\\" not in to_text(raw)
    tree = html5lib.HTMLParser(strict=True).parse(f"<!doctype html><title>x</title><p>{page}</p>")
    for one in tree.find(f".//{HTML}p").iter():
        name = one.tag
        if name.startswith(MATHML):
            assert name.removeprefix(MATHML) in WRAPPED | TOKENS
            assert set(one.attrib) <= ATTRIBUTES | OWN
        else:
            assert name.removeprefix(HTML) in {"p", "code", "span", "sup", "sub"}, name
            assert set(one.attrib) <= {"class"}


HOSTILE = [
    "<script>alert(1)</script>",
    "$</math><script>alert(1)</script>$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    r"$\operatorname{</mi><script>}$ \(\mathrm{<b onclick=x>}\)",
    r"$\href{javascript:alert(1)}{x}$ \href{javascript:alert(1)}{x}",
    r'$\class{a" onload="alert(1)}{x}$ $\style{color:red}{x}$',
    r"\textcolor{red}{<b>} \url{\"><svg onload=alert(1)>}",
    r"$\ours <b>$ \[ \ours </code><b> \]",
    "$<!--$ $]]>$ &lt;b&gt; $&lt;$",
    r"{{ 7*7 }} {% x %} \{\{ x \}\}",
    "$x\u202e$ \u2066 $\\unicode{x202E}$",
]


@pytest.mark.parametrize("raw", [*HOSTILE, " ".join(HOSTILE), "".join(HOSTILE)])
def test_text_from_outside_is_never_markup(raw: str) -> None:
    assert_shown_safely(raw)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*SIGNS, "$", "$$", r"\(", r"\)", r"\[", r"\]", "``", "''", "--"]), max_size=40).map(
        "".join
    )
)
def test_whatever_comes_in_no_markup_and_no_stray_backslash_comes_out(raw: str) -> None:
    assert_shown_safely(raw)


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"{PAYLOADS} is not on this machine")
def test_payloads_in_formulas_are_never_markup() -> None:
    lines = [re.sub(r"[\x00-\x1f\x7f-\x9f]", "", line) for line in PAYLOADS.read_text(encoding="utf-8").splitlines()]
    for start in range(50):
        for line in lines[start::500]:
            assert_shown_safely(rf"{line} ${line}$ \({line}\) $\text{{{line}}}$ \emph{{{line}}}")


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"{SAMPLE} is not on this machine")
def test_real_titles_and_abstracts_are_shown_safely() -> None:
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        for key in ("title", "abstract", "authors", "comments", "journal-ref"):
            raw = " ".join(str(record.get(key) or "").split())
            assert "\\" not in to_text(raw), raw
            if "$" in raw or "\\" in raw:
                assert_shown_safely(raw)
