"""Slots: how requests share them, what is evaluated when, and what one of them can't do to the others."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from pipeline.answer.engines.batch import Decoder, Reply, Request, write_all
from tests.answer.engines.scripted_decoder import END, ScriptedDecoder, ScriptedSampler

FOREVER = 1e9


def request(*tokens: int, limit: int = 50, seconds: float = FOREVER, **fields: Any) -> Request:
    return Request(tokens, fields.pop("sampler", None) or ScriptedSampler(), limit, seconds, **fields)


def write(decoder: Decoder, *requests: Request | str, clock: Iterator[float] | None = None) -> Any:
    ticks = clock or iter(lambda: 0.0, 1.0)
    return write_all(enumerate(requests), decoder, lambda token: token == END, ticks.__next__)


def replies(decoder: ScriptedDecoder, *requests: Request | str, **options: Any) -> dict[int, Reply]:
    """By place; afterwards the decoder holds nothing, and every sampler was given back once."""
    found = list(write(decoder, *requests, **options))
    assert len(dict(found)) == len(found) == len(requests)
    assert not any(decoder.held.values())
    assert {one.sampler.closed for one in requests if isinstance(one, Request)} <= {1}  # type: ignore[attr-defined]
    return dict(found)


def down(first: int) -> Reply:
    """What the decoder writes after this token."""
    return Reply([*range(first - 1, 0, -1)])


def test_no_request_is_no_reply() -> None:
    assert replies(ScriptedDecoder()) == {}


def test_each_reply_is_the_one_that_it_would_be_alone() -> None:
    firsts = [5, 9, 2, 30, 1, 7, 12, 3, 3, 20]
    requests = [request(50, 60 + place, first) for place, first in enumerate(firsts)]
    together = replies(ScriptedDecoder(), *requests)
    assert together == {place: down(first) for place, first in enumerate(firsts)}
    assert all(replies(ScriptedDecoder(count=1), request(first))[0] == down(first) for first in firsts)


def test_every_step_takes_the_last_token_of_every_reply_and_fills_up_with_prompts() -> None:
    decoder = ScriptedDecoder(count=2, batch_tokens=4)
    replies(decoder, request(50, 51, 3), request(60, 61, 62, 63, 64, 3))
    assert [[(piece.start, list(piece.tokens), piece.wanted) for piece in step] for step in decoder.steps] == [
        [(0, [50, 51, 3], 1), (0, [60], 0)],
        [(3, [2], 1), (1, [61, 62, 63], 0)],
        [(4, [1], 1), (4, [64, 3], 1)],
        [(6, [2], 1)],
        [(7, [1], 1)],
    ]


def test_a_slot_that_is_free_takes_the_next_request_at_once() -> None:
    decoder = ScriptedDecoder(count=2)
    assert [place for place, _ in write(decoder, *(request(first) for first in (9, 3, 3, 3, 2)))] == [1, 2, 0, 3, 4]
    assert all(len(step) == 2 for step in decoder.steps[:-2]), "no slot is idle while a request waits"


def test_a_request_is_taken_only_when_there_is_a_slot_for_it() -> None:
    taken: list[int] = []

    def requests() -> Iterator[Request]:
        for number in range(5):
            taken.append(number)
            yield request(3)

    written = write_all(enumerate(requests()), ScriptedDecoder(count=2), lambda token: token == END, lambda: 0.0)
    next(written)
    assert taken == [0, 1]
    assert len(list(written)) == 4


def test_what_prompts_begin_with_is_read_once() -> None:
    frame = [*range(40, 70)]
    requests = [request(*frame, 80 + place, first) for place, first in enumerate((5, 9, 7))]
    decoder = ScriptedDecoder(batch_tokens=32)
    assert replies(decoder, *requests) == {place: down(first) for place, first in enumerate((5, 9, 7))}
    assert decoder.read == len(frame) + 3 * 2 + (4 + 8 + 6)
    apart = ScriptedDecoder(batch_tokens=32, can_forget=False)
    replies(apart, *requests[:0], *(request(*frame, 80 + place, first) for place, first in enumerate((5, 9, 7))))
    assert apart.read == 3 * (len(frame) + 2) + (4 + 8 + 6)


def test_the_same_prompt_again_is_read_but_for_its_last_token() -> None:
    decoder = ScriptedDecoder(batch_tokens=32)
    prompt = (*range(40, 60), 5)
    assert replies(decoder, request(*prompt), request(*prompt)) == {0: down(5), 1: down(5)}
    assert decoder.read == len(prompt) + 1 + 2 * 4


def test_a_short_common_beginning_lets_no_prompt_wait() -> None:
    decoder = ScriptedDecoder(batch_tokens=32)
    replies(decoder, request(40, 41, 5), request(40, 41, 6))
    assert [len(step) for step in decoder.steps[:1]] == [2]


def test_slots_at_work_stay_neighbours_when_no_request_fills_the_gaps() -> None:
    """llama.cpp puts only sequences with rising numbers and no gap through the model together."""
    firsts = (3, 20, 5, 30)
    decoder = ScriptedDecoder()
    assert replies(decoder, *map(request, firsts)) == {place: down(first) for place, first in enumerate(firsts)}
    assert all([piece.sequence for piece in step] == list(range(len(step))) for step in decoder.steps)
    fixed = ScriptedDecoder(can_forget=False)
    assert replies(fixed, *map(request, firsts)) == {place: down(first) for place, first in enumerate(firsts)}


def test_a_request_that_failed_before_it_began_harms_nobody() -> None:
    assert replies(ScriptedDecoder(), request(3), "too long", request(4)) == {
        0: down(3), 1: Reply((), "too long"), 2: down(4)
    }  # fmt: skip


def test_a_sampler_that_fails_costs_its_own_reply() -> None:
    failing = request(9, sampler=ScriptedSampler(refuses=6))
    found = replies(ScriptedDecoder(), request(8), failing, request(7))
    assert found == {0: down(8), 1: Reply((), "ValueError: no token will do"), 2: down(7)}


def test_a_batch_that_fails_is_tried_piece_by_piece() -> None:
    decoder = ScriptedDecoder(fails=lambda pieces: any(66 in piece.tokens for piece in pieces))
    found = replies(decoder, request(8), request(66, 5), request(7), request(6), request(5))
    assert found == {
        0: down(8), 1: Reply((), "RuntimeError: decoder failed"), 2: down(7), 3: down(6), 4: down(5)
    }  # fmt: skip


def test_a_reply_ends_at_its_limit_of_tokens() -> None:
    assert replies(ScriptedDecoder(), request(9, limit=3), request(9)) == {0: Reply([8, 7, 6]), 1: down(9)}


def test_a_reply_that_ends_at_once_is_empty() -> None:
    assert replies(ScriptedDecoder(), request(1)) == {0: Reply([])}


def test_what_is_written_when_the_time_is_over_is_the_reply() -> None:
    """A step takes a second; the first one reads the prompt and writes a token."""
    found = replies(ScriptedDecoder(), request(20, seconds=4.0), clock=count(0.0))
    assert found == {0: Reply([19, 18, 17, 16])}


def test_replies_that_are_written_together_share_the_time() -> None:
    found = replies(ScriptedDecoder(count=2), request(20, seconds=4.0), request(30, seconds=4.0), clock=count(0.0))
    assert [len(found[place].tokens) for place in (0, 1)] == [8, 8]


def test_a_prompt_that_takes_all_the_time_is_a_problem() -> None:
    slow = request(*range(60, 80), seconds=2.0)
    assert replies(ScriptedDecoder(), slow, clock=count(0.0)) == {0: Reply((), "not begun after 2 s")}


def test_what_is_let_go_in_the_middle_leaves_nothing_behind() -> None:
    decoder, requests = ScriptedDecoder(count=2), [request(first) for first in (3, 9, 9, 9)]
    written = write(decoder, *requests)
    assert next(written) == (0, down(3))
    written.close()
    assert not any(decoder.held.values())
    assert [one.sampler.closed for one in requests] == [1, 1, 0, 0]  # type: ignore[attr-defined]
    assert replies(decoder, request(4)) == {0: down(4)}
