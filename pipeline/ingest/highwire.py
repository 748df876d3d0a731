"""Turn the abstracts of bioRxiv and medRxiv into plain text.

Their platform flattens the markup of a manuscript into marker words that run into the prose: `O_LI … C_LI` round an item of
a list, `O_SCPLOW … C_SCPLOW` round small capitals, `O_ST_ABS … C_ST_ABS` round a heading, `O_FIG … C_FIG` round a figure
with the address of its image. Greek letters come as `{beta}`, signs as `[-&gt;]`, headings glued to the first sentence.
"""

import html
import re
from html.entities import name2codepoint

GREEK = {name: chr(code) for name, code in name2codepoint.items() if 0x370 <= code < 0x400 or name == "micro"}
BRACES = re.compile(r"(\\[A-Za-z]+)?\{(\w+)\}")
"""A name in braces, and the TeX command whose argument it would be."""
FIGURE = re.compile(
    r"(?:(?:graphical abstract|toc graphic)\s*)?O_(FIG|TBL)(?:_DISPLAY(?:_L)?)?.{0,5000}?C_\1(?:_DISPLAY(?:_L)?)?",
    re.DOTALL | re.IGNORECASE,
)
TAG = re.compile(
    r"</?(?:jats:)?(?:i|b|u|em|strong|italic|bold|sub|sup|sc|p|br|div|span|sec|title|h[1-6])(?:\s+[\w:-]+=\"[^\"]*\")*\s*/?>",
    re.IGNORECASE,
)
OPENING_TITLE = re.compile(r"\A\s*(?:ABSTRACT[\s:.]*|Abstract(?:\s*[:.\n]\s*|(?=[A-Z])))")
GLUED_HEADING = re.compile(
    r"^(Background|Introduction|Context|Rationale|Motivation|Objectives?|Aims?|Purpose|Importance|Hypothesis|Design|Setting"
    r"|Participants|Materials and [Mm]ethods|Methods?|Methodology|Interventions?|Main [Oo]utcomes?|Measurements|Results?"
    r"|Findings|Interpretation|Discussion|Conclusions?|Significance|Limitations|Highlights|Key [Pp]oints|Funding"
    r"|Availability and [Ii]mplementation|Availability|Data [Aa]vailability)(?=[A-Z])",
    re.MULTILINE,
)
LEFT_OVER = re.compile(
    r"[OCMoc]_(?:LINKSMALLFIG|FIG(?:_DISPLAY(?:_L)?)?|TBL|FLOATNO|TABLECAPTION|TEXTBOX|ST_ABS|SCPCAP|SCPLOW|LST|LI|QD)"
)
REWRITES = (
    (TAG, ""),
    (FIGURE, " "),
    (re.compile(r"(?<=\w)\s*C_ST_ABS\s*"), ": "),
    # small capitals end inside a word (`MO_SCPLOWUSEC_SCPLOWDO_SCPLOWRIFTC_SCPLOW`) or where the next sentence starts
    (re.compile(r"C_SCP(?:CAP|LOW)(?=[A-Z][a-z]|A\s)"), " "),
    (re.compile(r"[OC]_SCP(?:CAP|LOW)"), ""),
    (OPENING_TITLE, ""),
    (re.compile(r"(?<=[\w)\]%])\s*C_LI"), ". "),
    (re.compile(r"C_LI"), " "),
    (re.compile(r"(?<=\w)[Oo]_LI(?!NKSMALLFIG)"), ": "),
    (LEFT_OVER, " "),
    (GLUED_HEADING, r"\1: "),
    (re.compile(r"\[->\]"), "→"),
    (re.compile(r"\[<-\]"), "←"),
    (re.compile(r"\[([~≈<>≤≥±×≠→←])\]"), r"\1"),
)
"""In this order: what to look for, and what to put in its place."""


def plain_text(marked: str) -> str:
    """Without marker words, tags and character references; line breaks stay where they were."""
    text = html.unescape(marked)
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    return BRACES.sub(lambda found: GREEK.get(found[2], found[0]) if not found[1] else found[0], text).strip()
