"""Names of subjects, as people write them, in the form in which a category may stand in an address."""

import re
import unicodedata

LONGEST = 61
"""Letters and hyphens that `store/queries/read_lines.sql` lets through."""


def subject_slug(name: str) -> str:
    """`Animal Behavior & Cognition` → `animal-behavior-and-cognition`; empty where no Latin letter is left.

    What is too long ends after its last whole word that fits.
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"['’]", "", name.replace("&", " and ")))
    slug = "-".join(re.findall(r"[a-z]+", plain.encode("ascii", "ignore").decode().lower()))
    return slug if len(slug) <= LONGEST else slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
