"""llama.cpp in this process, many sequences at a time. [edge]"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path

from pipeline.answer.engines import Completion, Tap, YesNoPrompt
from pipeline.answer.engines.batch import Reply, Request, write_all
from pipeline.answer.engines.capacity import Capacity, capacity
from pipeline.answer.engines.gguf import Model, has_amx
from pipeline.answer.engines.group import Group, read_groups
from pipeline.answer.engines.sampling import GrammarSampler, Logits, chance_of
from pipeline.answer.engines.sequences import Sequences
from pipeline.answer.prompt import Prompt
from pipeline.errors import ModelError
from pipeline.hashes import file_sha256
from pipeline.models.catalogue import find_entry
from pipeline.models.folder import locate, machine_memory
from pipeline.settings import AnswerSettings

REPEAT_PENALTY = 1.1
READ_AT_A_TIME = 4
"""Prompts, where a layer is read: each of their tokens is compared with those of all of them."""
SLOT = "\N{FLOWER PUNCTUATION MARK}"
"""Stands for the message while the chat template is filled in; any text that no template has would do."""


def model_file(settings: AnswerSettings) -> Path:
    """Where the GGUF file lies. Raises ModelError where it doesn't."""
    entry = find_entry(settings.model)
    if entry and entry.kind != "language":
        raise ModelError(
            f"answer.model = {settings.model!r} writes no drafts",
            "name a model of the kind `language`: antigravity model list",
        )
    path = locate(entry, settings.models) / entry.files[0].path if entry else Path(settings.model)
    if path.is_file():
        return path
    if entry:
        raise ModelError(
            f"answer.model = {settings.model!r} is not here yet", f"run antigravity model pull {entry.name}"
        )
    raise ModelError(
        f"answer.model = {settings.model!r}: no such file",
        "use the path of a GGUF file, or a name that antigravity model list shows",
    )


def processors() -> int:
    """That this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Frame:
    """Tokens of the model's chat template around the user's message."""

    before: list[int]
    after: list[int]


class LlamaCppEngine:
    """A GGUF model; its file is loaded at its first use."""

    def __init__(self, settings: AnswerSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._path = model_file(settings)
        self.name = settings.name or self._path.name.removesuffix(".gguf")
        self.sampling = (
            f"temperature=0 repeat_penalty={REPEAT_PENALTY} max_tokens={settings.max_tokens}"
            f" max_seconds={settings.max_seconds} context={settings.context_tokens} weights=faster"
        )

    @property
    def sha256(self) -> str:
        return file_sha256(self._path)

    def complete(self, prompts: Iterable[Prompt]) -> Iterator[tuple[int, Completion]]:
        """As each is finished; those too long to be written beside others come last. What is written in time is the reply."""
        lengths: dict[int, int] = {}
        long: list[tuple[int, Request | str]] = []

        def beside_others() -> Iterator[tuple[int, Request | str]]:
            for place, prompt in enumerate(prompts):
                request = self._request(prompt)
                if isinstance(request, Request):
                    lengths[place] = len(request.tokens)
                    if lengths[place] + self._settings.max_tokens > self._beside.room:
                        long.append((place, request))
                        continue
                yield place, request

        for place, reply in chain(self._write(beside_others(), "_sequences"), self._write(iter(long), "_single")):
            text = self._model.text(reply.tokens)
            yield place, Completion(text, lengths.get(place, 0), len(reply.tokens), reply.problem)

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        """A text is read once for all the neighbours that ask about it, and as many prompts at a time as there are slots."""
        chances = [0.0] * len(prompts)
        for place, row in self._read(prompts, on_progress):
            chances[place] = chance_of(row, *self._answers(prompts[place]))
        return chances

    def read_layer(
        self, prompts: Sequence[YesNoPrompt], tap: Tap, on_progress: Callable[[int], None] = lambda _: None
    ) -> list[Logits | None]:
        """(width,) at the tap, where the reply to each would begin; None where a prompt is longer than the context.

        Raises ModelError where llama.cpp fails, the model has no such layer, or the adapter does not fit it.
        """
        found: list[Logits | None] = [None] * len(prompts)
        for place, row in self._read(prompts, on_progress, tap):
            found[place] = row.copy()
        return found

    def _read(
        self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None], tap: Tap | None = None
    ) -> Iterator[tuple[int, Logits]]:
        """Place and row of every prompt that fits the context; a row is good until the next is asked for."""
        read = 0
        try:
            for name, asked in self._by_length(prompts).items():
                groups = [
                    (Group(shared, [ending for _, _, ending in part]), [place for place, _, _ in part])
                    for shared, part in ((key, list(part)) for key, part in groupby(asked, lambda one: one[1]))
                ]
                places = [place for _, places in groups for place in places]
                if not places:
                    continue
                with self._decoder(name, tap) as decoder:
                    for place, row in zip(places, read_groups([group for group, _ in groups], decoder), strict=True):
                        yield place, row
                        read += 1
                        on_progress(read)
        except RuntimeError as error:
            raise ModelError(
                f"{self._path}: llama.cpp failed while it judged: {error}", "name another model"
            ) from error
        if read < len(prompts):
            on_progress(len(prompts))

    @contextmanager
    def _decoder(self, name: str, tap: Tap | None) -> Iterator[Sequences]:
        """The one that writes drafts too; with a tap one of its own."""
        if tap is None:
            yield getattr(self, name)
            return
        room = self._beside if name == "_sequences" else self._alone
        decoder = self._make(Capacity(min(room.slots, READ_AT_A_TIME), room.room), tap)
        try:
            yield decoder
        finally:
            decoder.close()

    def _answers(self, prompt: YesNoPrompt) -> tuple[int, int]:
        """First tokens of the two replies."""
        return self._model.tokens(prompt.yes)[0], self._model.tokens(prompt.no)[0]

    def _by_length(self, prompts: Sequence[YesNoPrompt]) -> dict[str, list[tuple[int, list[int], list[int]]]]:
        """Place, text and rest of every prompt that fits a slot, and of those that fit only a context of their own."""
        found: dict[str, list[tuple[int, list[int], list[int]]]] = {"_sequences": [], "_single": []}
        for place, prompt in enumerate(prompts):
            shared = self._frame.before + self._model.tokens(prompt.text)
            ending = self._model.tokens(prompt.question) + self._frame.after
            length = len(shared) + len(ending)
            if length <= self._settings.context_tokens:
                found["_sequences" if length <= self._beside.room else "_single"].append((place, shared, ending))
        return found

    def _write(self, arrivals: Iterator[tuple[int, Request | str]], decoder: str) -> Iterator[tuple[int, Reply]]:
        """`decoder` is made when the first request comes."""
        if first := next(arrivals, None):
            yield from write_all(chain([first], arrivals), getattr(self, decoder), self._model.is_end, self._clock)

    def _request(self, prompt: Prompt) -> Request | str:
        """What is to be written, or why nothing can: a prompt that leaves no room or is no text, a grammar that is none."""
        try:
            tokens = self._frame.before + self._model.tokens(prompt.text) + self._frame.after
            limit = min(self._settings.max_tokens, self._settings.context_tokens - len(tokens))
            if limit <= 0:
                raise ValueError(f"{len(tokens)} tokens of the prompt don't fit answer.context_tokens")
            sampler = GrammarSampler(self._model.vocab, prompt.grammar, REPEAT_PENALTY)
        except (ValueError, RuntimeError) as error:
            return f"{type(error).__name__}: {str(error)[:200]}"
        return Request(tokens, sampler, limit, self._settings.max_seconds)

    def close(self) -> None:
        """Give back the model and its context, where they were loaded."""
        for name in ("_sequences", "_single", "_model"):
            if made := vars(self).pop(name, None):
                made.close()

    @cached_property
    def _frame(self) -> Frame:
        before, _, after = self._model.frame(SLOT).partition(SLOT)
        return Frame(*(self._model.tokens(part, special=True) for part in (before, after)))

    @cached_property
    def _beside(self) -> Capacity:
        """Of replies that are written beside others."""
        settings = self._settings
        return capacity(
            settings.parallel, settings.context_tokens, settings.max_tokens, self._model.cell_bytes, machine_memory()
        )

    @property
    def _alone(self) -> Capacity:
        """Of one whose prompt is too long for that."""
        return Capacity(1, self._settings.context_tokens)

    @cached_property
    def _sequences(self) -> Sequences:
        return self._make(self._beside)

    @cached_property
    def _single(self) -> Sequences:
        return self._make(self._alone)

    def _make(self, room: Capacity, tap: Tap | None = None) -> Sequences:
        try:
            return Sequences(self._model, room.slots, room.room, self._settings.threads or processors(), tap)
        except RuntimeError as error:
            raise ModelError(
                f"{self._path}: {error} of {room.tokens:,} tokens", "lower answer.parallel or answer.context_tokens"
            ) from error

    @cached_property
    def _model(self) -> Model:
        return Model(self._path, extra_buffers=not has_amx())
