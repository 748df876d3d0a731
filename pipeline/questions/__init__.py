"""Curated questions: Markdown files with YAML front matter in, records and problems out.

All rules speak up at once, so that a contributor mends a file in one go, and no file can raise: one bad file never
stops the night.
"""

from pipeline.questions.check import check_questions
from pipeline.questions.folder import read_active, read_questions, read_topics
from pipeline.questions.problems import format_github, format_problem
from pipeline.questions.question_file import parse_question

__all__ = [
    "check_questions",
    "format_github",
    "format_problem",
    "parse_question",
    "read_active",
    "read_questions",
    "read_topics",
]
