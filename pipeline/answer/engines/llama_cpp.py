"""llama.cpp in this process, through llama-cpp-python. [edge]"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.answer.engines import Completion, YesNoPrompt
from pipeline.answer.engines.sampling import GrammarSampler, Logits
from pipeline.answer.prompt import Prompt
from pipeline.errors import ModelError
from pipeline.hashes import file_sha256
from pipeline.models.catalogue import find_entry
from pipeline.models.folder import locate
from pipeline.settings import AnswerSettings

REPEAT_PENALTY = 1.1
SLOT = "\N{FLOWER PUNCTUATION MARK}"
"""Stands for the message while the chat template is filled in; any text that no template has would do."""
CPUINFO = Path("/proc/cpuinfo")


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


def has_amx(cpuinfo: Path = CPUINFO) -> bool:
    """Whether this processor has AMX, as Linux tells it; False where it tells nothing."""
    try:
        return "amx_tile" in cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


@contextmanager
def extra_buffers(library: Any, allowed: bool) -> Iterator[None]:
    """Load models with `use_extra_bufts` as it is, or off where it is not allowed; `Llama(...)` has no argument for it.

    With it on, llama.cpp crashes at the first evaluation on processors with AMX (ggml-org/llama.cpp issue 20824). Without
    AMX it is harmless and holds the faster kernels, so it stays as llama.cpp has it.
    """
    original = library.llama_model_default_params

    def patched() -> Any:
        parameters = original()
        parameters.use_extra_bufts = parameters.use_extra_bufts and allowed
        return parameters

    library.llama_model_default_params = patched
    try:
        yield
    finally:
        library.llama_model_default_params = original


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
            f" max_seconds={settings.max_seconds} context={settings.context_tokens}"
        )

    @property
    def sha256(self) -> str:
        return file_sha256(self._path)

    def complete(
        self, prompts: Sequence[Prompt], on_progress: Callable[[int], None] = lambda _: None
    ) -> list[Completion]:
        """One after the other, each from an empty context. What is written when the time is over is the reply."""
        completions = []
        for done, prompt in enumerate(prompts, 1):
            try:
                completions.append(self._complete(prompt))
            except (ValueError, RuntimeError) as error:
                completions.append(Completion("", 0, 0, f"{type(error).__name__}: {str(error)[:200]}"))
            on_progress(done)
        return completions

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        """A text is read once for all the neighbours that ask about it; each of them starts from the same state."""
        chances: list[float] = []
        for text, asked in groupby(prompts, lambda prompt: prompt.text):
            shared = self._frame.before + self._tokens(text)
            self._model.reset()
            for prompt in asked:
                chances.append(self._chance_of_yes(shared, self._tokens(prompt.question) + self._frame.after))
                on_progress(len(chances))
        return chances

    def _complete(self, prompt: Prompt) -> Completion:
        deadline = self._clock() + self._settings.max_seconds
        tokens = self._frame.before + self._tokens(prompt.text) + self._frame.after
        room = self._model.n_ctx() - len(tokens)
        if room <= 0:
            raise ValueError(f"{len(tokens)} tokens of the prompt don't fit answer.context_tokens")
        sampler = GrammarSampler(self._vocab, prompt.grammar, REPEAT_PENALTY)
        try:
            if not self._read(tokens, deadline):
                return Completion("", len(tokens), 0, f"not begun after {self._settings.max_seconds} s")
            written = self._write(sampler, min(self._settings.max_tokens, room), deadline)
        finally:
            sampler.close()
        text = self._model.detokenize(written, prev_tokens=tokens).decode("utf-8", errors="ignore")
        return Completion(text, len(tokens), len(written))

    def _read(self, tokens: list[int], deadline: float) -> bool:
        """Evaluate the prompt from an empty context; False where the time is over before its end."""
        self._model.reset()  # else what two prompts share would be kept, and the order of the prompts would count
        for start in range(0, len(tokens), self._model.n_batch):
            if self._clock() >= deadline:
                return False
            self._model.eval(tokens[start : start + self._model.n_batch])
        return True

    def _write(self, sampler: GrammarSampler, limit: int, deadline: float) -> list[int]:
        from llama_cpp import llama_cpp as library

        written: list[int] = []
        while True:
            token = sampler.choose(self._logits())
            if library.llama_vocab_is_eog(self._vocab, token):
                return written
            sampler.accept(token)
            written.append(token)
            if len(written) == limit or self._clock() >= deadline:
                return written
            self._model.eval([token])

    def _chance_of_yes(self, shared: list[int], own: list[int]) -> float:
        if len(shared) + len(own) > self._model.n_ctx():
            return 0.0
        self._return_to(shared)
        self._model.eval(own)
        logits = self._logits()
        yes, no = (float(logits[self._tokens(word)[0]]) for word in ("Yes", "No"))
        return 1 / (1 + math.exp(no - yes))

    def _return_to(self, tokens: list[int]) -> None:
        """To the state after these tokens: forget what came later, or read them, at first and where a model can't forget."""
        from llama_cpp import llama_cpp as library

        memory = library.llama_get_memory(self._model.ctx)
        if self._model.n_tokens and library.llama_memory_seq_rm(memory, -1, len(tokens), -1):
            self._model.n_tokens = len(tokens)
        else:
            self._model.reset()
            self._model.eval(tokens)

    def _tokens(self, text: str) -> list[int]:
        """What looks like a control token of the model is plain text here: it came from outside."""
        return list(self._model.tokenize(text.encode(), add_bos=False, special=False))

    def _logits(self) -> Logits:
        """(vocabulary,) after the last token read; a view that the next evaluation changes."""
        from llama_cpp import llama_cpp as library

        return np.ctypeslib.as_array(library.llama_get_logits_ith(self._model.ctx, -1), shape=(self._model.n_vocab(),))

    @cached_property
    def _vocab(self) -> Any:
        from llama_cpp import llama_cpp as library

        return library.llama_model_get_vocab(self._model.model)

    @cached_property
    def _frame(self) -> Frame:
        from jinja2 import TemplateError
        from llama_cpp import llama_cpp as library
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        def shown(token: int) -> str:
            return library.llama_vocab_get_text(self._vocab, token).decode() if token >= 0 else ""

        try:
            formatter = Jinja2ChatFormatter(
                self._model.metadata["tokenizer.chat_template"],
                eos_token=shown(self._model.token_eos()),
                bos_token=shown(self._model.token_bos()),
            )
            rendered = formatter(messages=[{"role": "user", "content": SLOT}]).prompt
        except (KeyError, ValueError, TemplateError) as error:
            raise ModelError(
                f"{self._path}: no chat template that takes a single message of a user: {type(error).__name__}: {error}",
                "use an instruct model",
            ) from error
        before, _, after = rendered.partition(SLOT)
        return Frame(
            *(list(self._model.tokenize(part.encode(), add_bos=False, special=True)) for part in (before, after))
        )

    @cached_property
    def _model(self) -> Any:
        import llama_cpp
        from llama_cpp import llama_cpp as library

        try:
            with extra_buffers(library, allowed=not has_amx()):
                return llama_cpp.Llama(
                    str(self._path),
                    n_ctx=self._settings.context_tokens,
                    n_threads=self._settings.threads or None,
                    n_threads_batch=self._settings.threads or None,
                    verbose=False,
                )
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"{self._path}: llama.cpp can't load this model: {error}", "check that the file is a whole GGUF model"
            ) from error
