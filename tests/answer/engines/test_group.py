"""Prompts that begin alike: each is read as it would be alone, and the beginning once."""

from collections.abc import Sequence

import pytest

from pipeline.answer.engines.group import Group, read_groups
from tests.answer.engines.scripted_decoder import VOCABULARY, ScriptedDecoder


def mark(tokens: Sequence[int]) -> int:
    """Another one for nearly every sequence."""
    return sum(place * token for place, token in enumerate(tokens, 1)) % VOCABULARY


GROUPS = [
    Group((50, 51, 52), ((1,), (2, 3), (4,))),
    Group((60,) * 20, ((7,), (8, 9, 10))),
    Group((), ((11, 12),)),
    Group((70, 71), tuple((number,) for number in range(13))),
]
WHOLE = [(*group.shared, *ending) for group in GROUPS for ending in group.endings]


@pytest.mark.parametrize("count", [1, 2, 5, 16])
@pytest.mark.parametrize("batch_tokens", [1, 7, 64])
@pytest.mark.parametrize("can_forget", [True, False])
def test_every_prompt_is_read_as_it_would_be_alone(count: int, batch_tokens: int, can_forget: bool) -> None:
    decoder = ScriptedDecoder(count, batch_tokens=batch_tokens, can_forget=can_forget, after=mark)
    assert [int(row.argmax()) for row in read_groups(GROUPS, decoder)] == [mark(tokens) for tokens in WHOLE]
    assert not any(decoder.held.values())


def test_what_is_shared_is_read_once_where_it_can_be() -> None:
    decoder = ScriptedDecoder(16, batch_tokens=64)
    list(read_groups(GROUPS[:2], decoder))
    assert (decoder.read, len(decoder.steps)) == (3 + 4 + 20 + 4, 2)
    apart = ScriptedDecoder(16, batch_tokens=64, can_forget=False)
    list(read_groups(GROUPS[:2], apart))
    assert apart.read == 3 * 3 + 4 + 2 * 20 + 4


def test_prompts_alone_of_their_kind_are_read_in_one_go() -> None:
    decoder = ScriptedDecoder(16, batch_tokens=64, after=mark)
    rows = read_groups([Group((number,) * 5, ((7, number),)) for number in range(4)], decoder)
    assert [int(row.argmax()) for row in rows] == [mark((number,) * 5 + (7, number)) for number in range(4)]
    assert len(decoder.steps) == 1


def test_a_decoder_that_fails_is_an_error_and_holds_nothing_afterwards() -> None:
    decoder = ScriptedDecoder(16, fails=lambda pieces: any(8 in piece.tokens for piece in pieces))
    with pytest.raises(RuntimeError, match="decoder failed"):
        list(read_groups(GROUPS[:2], decoder))
    assert not any(decoder.held.values())


def test_no_group_is_no_row() -> None:
    assert list(read_groups([], ScriptedDecoder())) == []
