"""Questions that a language model answers with one of two words: prompt files of the blocks `text` and `question`.

The text comes first, so that what is asked about one text shares what was read of it. Where the two words are not Yes and No, blocks
`yes` and `no` name them.
"""

from functools import cache

import jinja2

from pipeline.answer.engines import YesNoPrompt
from pipeline.answer.prompt import environment, read_prompt


def write_yes_no(name: str, **values: str) -> YesNoPrompt:
    """The prompt file of that name (`judge.v1`), filled in; the values are written as they are."""
    template = _template(name)
    blocks = {block: "".join(write(template.new_context(values))) for block, write in template.blocks.items()}
    return YesNoPrompt(**blocks)


@cache
def _template(name: str) -> jinja2.Template:
    return environment().from_string(read_prompt(f"{name}.jinja"))
