"""MathML as a line of text."""

import pytest

from pipeline.render.formula import read_formula
from pipeline.render.formula_text import lowered, raised


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("10^{-3}", "10⁻³"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\mathcal{O}(n^2 \log n)", "O(n² log n)"),
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\frac12", "1/2"),
        (r"\frac{x_1}{\sqrt{n}}", "x₁/√n"),
        ("x_i^2", "xᵢ²"),
        ("x_{i,j}", "x_(i,j)"),
        ("2^{2^n}", "2^(2ⁿ)"),
        ("(a+b)^2", "(a+b)²"),
        ("{a+b}^2", "(a+b)²"),
        (r"T_{\mathrm{eff}}", "T_eff"),
        (r"\nu_e\bar\nu_e", "ν_e ν̄_e"),
        (r"\sum_{i=0}^\infty a_i", "∑ᵢ₌₀^∞ aᵢ"),
        (r"\lim_{n\to\infty} x_n", "lim_(n→∞) xₙ"),
        (r"\max_k x_k", "max_k x_k"),
        (r"\sin^2 2\theta", "sin² 2θ"),
        (r"\ln(1+x)", "ln(1+x)"),
        (r"\bar{D}^0", "D̄⁰"),
        (r"\tilde{\chi}_1^0", "χ̃₁⁰"),
        (r"\overline{MS}", "M̅S̅"),
        (r"\vec p", "p⃗"),
        (r"45^\circ", "45°"),
        ("f'(x)", "f′(x)"),
        (r"\sqrt{s}=1.96", "√s = 1.96"),
        (r"\sqrt[3]{x+y}", "³√(x+y)"),
        (r"{N \choose K}", "(N choose K)"),
        (r"\begin{pmatrix}1&0\\0&1\end{pmatrix}", "(1, 0; 0, 1)"),
        (r"x,y\in\mathbb{R}^n", "x, y ∈ ℝⁿ"),
        (r"\sim 5", "∼5"),
        ("p<0.05", "p < 0.05"),
        (r"5 \times 10^{-3}\ \mathrm{km\,s^{-1}}", "5×10⁻³ km s⁻¹"),
        (r"K^+ \to \pi^+", "K⁺ → π⁺"),
        (r"\mathbf{x}\mathfrak{g}", "xg"),
        (r"x \phantom{y} z", "xz"),
        (r"10\,000", "10 000"),
        ("a^*", "a^∗"),
        (r"\text{if } x > 0", "if x > 0"),
    ],
)
def test_a_formula_reads_in_one_line(source: str, text: str) -> None:
    formula = read_formula(source)
    assert formula and formula.text == text


@pytest.mark.parametrize(
    ("text", "up", "down"),
    [("12", "¹²", "₁₂"), ("-3", "^(-3)", "_(-3)"), ("−3", "⁻³", "₋₃"), ("n", "ⁿ", "ₙ"), ("max", "^max", "_max"),
     ("*", "^*", "_*"), ("∘", "°", "_∘"), ("a b", "^ab", "_ab"), ("", "", "")],
)  # fmt: skip
def test_scripts_are_unicode_where_fonts_have_them(text: str, up: str, down: str) -> None:
    assert (raised(text), lowered(text)) == (up, down)
