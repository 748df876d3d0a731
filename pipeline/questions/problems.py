"""What can be wrong with a question, how to mend it, and how both are shown."""

from pipeline.records import Problem

KEYS = (
    "question",
    "topics",
    "aliases",
    "facets",
    "categories",
    "since",
    "order",
    "status",
    "merged_into",
    "retired_because",
)
"""All keys that front matter may have."""
LISTS = ("topics", "aliases", "facets", "categories")
"""The keys that hold a list of texts."""

QUOTES = (
    'put the text in quotes if it holds ": " or " #", begins with a sign such as & * ! {{, or holds ? in a list [ ]'
)
RULES = {
    "folder-missing": "there is no such folder → name the folder that holds topics.toml and the questions",
    "topics-file": "{rest} → write [topics.my-topic], and below it title = and description = with text in quotes",
    "file-missing": "there is no such file → check the name; a question's file is never renamed or deleted",
    "file-outside": "the file is not in the folder of questions → move it there; no subfolders, no links",
    "file-not-markdown": "this is not a Markdown file → name it SLUG.md, or move it out of the folder",
    "file-unreadable": "the file can't be read: {rest} → check its name and its permissions",
    "file-encoding": "the file is not UTF-8 → save it as UTF-8",
    "file-large": "the file is larger than 20 kB → shorten it; two to five sentences are enough for the body",
    "file-empty": "the file is empty → write ---, then question: and topics:, then ---, then the text",
    "slug-form": "the name {subject} can't be an address → use 3 to 80 letters a-z, digits and single hyphens",
    "slug-case": "the name differs from {rest} only in upper and lower case → choose another name",
    "front-matter-missing": "the file does not begin with front matter → begin it with a line ---, then question: and topics:, "
    "then a line ---",
    "front-matter-open": "the front matter has no end → close it with a line ---",
    "front-matter-yaml": "this is not YAML: {rest} → " + QUOTES,
    "front-matter-colon": "a colon and a blank stand in a text without quotes → " + QUOTES,
    "front-matter-quote": "a quote is opened and not closed → close it, with the same sign",
    "front-matter-bracket": "a list is opened and not closed, or something stands in it that no list may hold → "
    "close it with ], put commas between its texts, and put a text with : or ? in quotes",
    "front-matter-key": "a key has no colon behind it → write key: value, with a blank behind the colon",
    "front-matter-tab": "a tab stands where blanks belong → use blanks",
    "front-matter-sign": "a text begins with a sign that means something to YAML → " + QUOTES,
    "front-matter-indent": "a line begins further right or left than those above it, or a text goes on behind its closing quote → "
    "begin keys at the start of the line; put the whole text in quotes",
    "front-matter-anchor": "a text begins with & or *, which YAML takes for an anchor → " + QUOTES,
    "front-matter-tag": "a text begins with ! or a line with %, which YAML takes for a tag or a directive → " + QUOTES,
    "front-matter-deep": "lists stand in lists → write plain lists of text",
    "front-matter-mapping": "the front matter holds no keys → write one key a line, such as question: Does it work?",
    "key-unknown": "{subject} is not a key → use only " + ", ".join(KEYS) + "{rest}",
    "key-duplicate": "{subject} stands here twice, first in line {rest} → keep one of the two",
    "question-missing": "the question is missing → add question: and one sentence that ends with ?",
    "question-text": "the question is not text → write one sentence, in quotes",
    "question-lines": "the question has more than one line → write it on one line",
    "question-short": "the question has fewer than 15 characters → name the things that it is about",
    "question-long": "the question has {rest} characters, more than 300 → shorten it; details go into the body",
    "question-mark": "the question does not end with a question mark → end it with ?; " + QUOTES,
    "question-several": "there is more than one question → write one file for each",
    "question-joined": "two questions seem to be joined by 'and' → write one file for each, or ask for one thing",
    "question-topic": "this is a topic with a question mark → ask for something: How, Which, When, Does …",
    "question-near": "{subject} is near to this one, in {rest} → if it asks the same, sharpen that one instead",
    "question-changed": "the question asks for something else than before: {subject} → put it into a file of its own; "
    "if it asks the same in better words, keep the old wording under aliases",
    "question-duplicate": "{subject} is asked already, in {rest} → sharpen that question, or take this wording out",
    "topics-missing": "the topics are missing → add topics: and choose from {rest}",
    "topics-empty": "the list of topics is empty → choose from {rest}",
    "topics-unknown": "there is no topic {subject} → choose from {rest}, or add a topic to topics.toml",
    "aliases-long": "the alias has {rest} characters, more than 300 → shorten it",
    "aliases-mark": "the alias {subject} does not end with a question mark → end it with ?; " + QUOTES,
    "facets-many": "there are {rest} facets, more than 6 → keep the 2 to 4 terms that an answer must bring together",
    "facets-long": "the facet {subject} has {rest} characters, more than 60 → keep the words that abstracts use",
    "facets-wording": 'the facet {subject} has an empty wording → put | between wordings, as in "chest X-ray | CXR"',
    "categories-form": "{subject} is not a category → write it as its source does: cs, cs.LG, quant-ph, neuroscience",
    "categories-unknown": "no category is known as {subject} → check how its source writes it{rest}",
    "since-date": "since is {subject}, which is no date → write it as 2024-01-01, or leave it out",
    "order-number": "order is {subject}, which is no whole number → write it as 60, without quotes, or leave it out",
    "status-value": "there is no status {subject} → choose draft, active or retired{rest}",
    "merged-into-slug": "merged_into is {subject}, which is no slug → name the other question's file, without .md",
    "merged-into-status": "merged_into stands in a question that is not retired → set status: retired, or take it out",
    "merged-into-itself": "the question takes over from itself → name another question",
    "merged-into-absent": "no published question is called {subject} → name one of this folder{rest}",
    "merged-into-draft": "{subject} is a draft, so it has no page to lead to → name a published question, or set its status: active",
    "merged-into-retired": "{subject} is retired as well → name the question that is answered now",
    "retired-because-text": "retired_because is not a sentence of up to 300 characters → say in one line why it is retired",
    "retired-because-status": "retired_because stands in a question that is not retired → set status: retired, or take it out",
    "retired-why": "the page of a retired question says why, and here nothing does → add retired_because: or merged_into:",
    "file-removed": "{subject} was published, and its file is gone → bring it back (git checkout origin/main -- {file}) and set "
    "status: retired{rest}",
    "status-unpublished": "the question was published, so it can't be a draft again → set status: retired",
    "topic-removed": "the topic {subject} is gone, and its address was published → bring its lines in topics.toml back",
    "body-missing": "nothing stands below the front matter → say in two to five sentences why it matters, and what would count as "
    "an answer",
    "body-long": "the body has {rest} characters, more than 4000 → shorten it; two to five sentences are enough",
    "text-html": "there is HTML in the text, {subject} → write plain text; for 'less than', put a space after the <",
    "text-link": "there is a link, an image or an address in the text, {subject} → name the thing in words",
    "text-prompt": "the text speaks to the model that drafts answers, {subject} → say what would count as an answer; no orders",
    "text-order": "the text gives orders about the answer, or speaks to its reader, {subject} → say what would count as an answer",
    "text-code": "there is a block of code in the text → say in words what it is about",
    "text-mixed": "the word {subject} mixes Latin and Cyrillic letters that look alike → type it again with Latin letters",
    "text-hidden": "there is a sign that does not show, {rest} → delete it; type the line again if you can't see it",
    **{f"{key}-list": f"{key} is not a list of text → write {key}: [one, two]; {QUOTES}" for key in LISTS},
    **{f"{key}-duplicate": f"{{subject}} stands in {key} twice → keep one of the two" for key in LISTS},
}
"""Message and mend of every code. `subject` is the contributor's text, quoted and cut; `rest` is ours."""
WARNINGS = ("aliases-mark", "body-missing", "merged-into-retired", "question-near", "question-joined")
"""What a contributor should know of, and a maintainer may let pass."""
YOUNG = ("text-order", "text-code", "text-mixed", "question-topic", "categories-unknown", "retired-why")
"""Rules that came after questions had been merged: an error in a new or changed file, a warning in an old one, so that no
question drops out of the archive over a rule that its author could not know."""


def format_problem(problem: Problem) -> str:
    """Render a problem for a terminal: where and what, and the mend on a second line."""
    where = f"{problem.file}:{problem.line}"
    return f"{where}: {problem.severity} {problem.code}: {problem.message}\n  → {problem.mend}"


def format_github(problem: Problem) -> str:
    """Render a problem as a workflow command, which GitHub shows beside its line of a pull request.

    Escapes as GitHub's toolkit does: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    file, title = (_escape(part).replace(":", "%3A").replace(",", "%2C") for part in (problem.file, problem.code))
    message = _escape(f"{problem.message}\n→ {problem.mend}")
    return f"::{problem.severity} file={file},line={problem.line},title={title}::{message}"


def make_problem(line: int, code: str, subject: str = "", rest: str = "", *, file: str = "") -> Problem:
    """Make the problem of a code; `subject` and `rest` fill its words as RULES says."""
    message, mend = (part.format(subject=quote(subject), rest=rest, file=file) for part in RULES[code].split(" → "))
    return Problem(file, line, code, "warning" if code in WARNINGS + YOUNG else "error", message, mend)


def plain(text: str) -> str:
    """Write out signs that don't show, line ends among them."""
    return text if text.isprintable() else repr(text)[1:-1]


def quote(text: str) -> str:
    """Quote a contributor's text, cut to 60 characters, with signs that don't show written out."""
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
