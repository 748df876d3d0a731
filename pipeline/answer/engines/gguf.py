"""A GGUF model and its vocabulary, through llama.cpp's C interface. [edge]

Not through llama-cpp-python's `Llama`: that class holds one sequence, and passes on neither how many sequences a context may
have nor `use_extra_bufts`.
"""

import ctypes
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.errors import ModelError
from pipeline.models.threads import wait_briefly

CPUINFO = Path("/proc/cpuinfo")
CELL_BYTES = 2
"""Of each number of a key or a value: 16 bits."""
SLOW_FORMS = ("3", "9")
"""Q4_1 and Q5_1: llama.cpp has no kernel for processors that puts many tokens through them at once."""
SLOW_BYTES = 500_000_000
"""Of a file that is still worth a copy."""
LOG_ERROR = 3
"""ggml.h, GGML_LOG_LEVEL_ERROR."""


def has_amx(cpuinfo: Path = CPUINFO) -> bool:
    """Whether this processor has AMX, as Linux tells it; False where it tells nothing."""
    try:
        return "amx_tile" in cpuinfo.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


class Model:
    """Weights and vocabulary; close it when done, after every context that was made of it."""

    def __init__(self, path: Path, extra_buffers: bool, faster: bool = True) -> None:
        """Raises ModelError where llama.cpp can't load the file.

        With `faster`, weights in a slow form are held in another one (docs/decisions/0011-many-replies-at-once.md).
        With extra buffers llama.cpp crashes at the first evaluation on processors with AMX (ggml-org/llama.cpp issue 20824).
        Without AMX they are harmless and hold the faster kernels.
        """
        wait_briefly()
        from llama_cpp import llama_cpp as library

        self._library = library
        self.path = path
        self._parameters = library.llama_model_default_params()
        self._parameters.use_extra_bufts = self._parameters.use_extra_bufts and extra_buffers
        said = quiet(library).lines
        said.clear()
        self.handle = self._load(path)
        if not self.handle:
            reason = " ".join("".join(said).split())[:300]
            raise ModelError(
                f"{path}: llama.cpp can't load this model: {reason or 'it does not say why'}",
                "check that the file is a whole GGUF model",
            )
        if faster and self.form in SLOW_FORMS and path.stat().st_size <= SLOW_BYTES:
            self._hold_faster()
        self.vocab = library.llama_model_get_vocab(self.handle)
        self.vocabulary: int = library.llama_vocab_n_tokens(self.vocab)
        """How many tokens there are."""

    def close(self) -> None:
        self._library.llama_model_free(self.handle)

    def tokens(self, text: str, special: bool = False) -> list[int]:
        """Of this text; unless `special`, what looks like a control token of the model is plain text."""
        data = text.encode()
        found = (self._library.llama_token * (len(data) + 8))()  # no token stands for less than a byte
        count = self._library.llama_tokenize(self.vocab, data, len(data), found, len(found), False, special)
        if count < 0:
            raise RuntimeError(f"llama_tokenize returned {count}")
        return found[:count]

    def text(self, tokens: Sequence[int], special: bool = False) -> str:
        """Half a letter at the end, where a reply was stopped, is left out."""
        return b"".join(self._piece(token, special) for token in tokens).decode("utf-8", errors="ignore")

    def is_end(self, token: int) -> bool:
        """Whether a reply ends with it."""
        return bool(self._library.llama_vocab_is_eog(self.vocab, token))

    def frame(self, message: str) -> str:
        """A user's message in the model's own chat template. Raises ModelError where it has none that takes it."""
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        template = self._library.llama_model_chat_template(self.handle, None)
        try:
            if not template:
                raise ValueError("it has none")
            formatter = Jinja2ChatFormatter(
                template.decode(),
                eos_token=self._shown(self._library.llama_vocab_eos(self.vocab)),
                bos_token=self._shown(self._library.llama_vocab_bos(self.vocab)),
            )
            return str(formatter(messages=[{"role": "user", "content": message}]).prompt)
        except (ValueError, TemplateError) as error:
            raise ModelError(
                f"{self.path}: no chat template that takes a single message of a user: {type(error).__name__}: {error}",
                "use an instruct model",
            ) from error

    @property
    def form(self) -> str:
        """Number of the form of most weights, as llama.h's `llama_ftype` has it; empty where the file does not say."""
        return self._metadata("general.file_type")

    @property
    def cell_bytes(self) -> int:
        """Bytes of the keys and values of one token of a context, at the most."""
        library, model = self._library, self.handle
        architecture = self._metadata("general.architecture")
        width = library.llama_model_n_embd(model) // library.llama_model_n_head(model)
        key, value = (
            int(self._metadata(f"{architecture}.attention.{name}_length") or width)
            * library.llama_model_n_head_kv(model)
            for name in ("key", "value")
        )
        return int(library.llama_model_n_layer(model) * (key + value) * CELL_BYTES)

    @property
    def width(self) -> int:
        """Numbers that one layer hands on to the next, for every token."""
        return int(self._library.llama_model_n_embd(self.handle))

    @property
    def can_forget(self) -> bool:
        """Whether a sequence can go back to any earlier place; recurrent models keep a single state."""
        library = self._library
        return not (library.llama_model_is_recurrent(self.handle) or library.llama_model_is_hybrid(self.handle))

    def _load(self, path: Path) -> Any:
        with interrupts_held():
            return self._library.llama_model_load_from_file(str(path).encode(), self._parameters)

    def _hold_faster(self) -> None:
        """Of a copy in eight bits; what is held stays where there is no room for one. The copy's file needs no name once it is mapped."""
        library = self._library
        asked = library.llama_model_quantize_default_params()
        asked.ftype, asked.allow_requantize, asked.nthread = library.LLAMA_FTYPE_MOSTLY_Q8_0, True, 1
        with tempfile.TemporaryDirectory(prefix="antigravity-") as folder:
            copy = Path(folder) / "model.gguf"
            failed = library.llama_model_quantize(str(self.path).encode(), str(copy).encode(), ctypes.byref(asked))
            if not failed and (held := self._load(copy)):
                library.llama_model_free(self.handle)
                self.handle = held

    def _piece(self, token: int, special: bool) -> bytes:
        size = 32
        while True:
            piece = ctypes.create_string_buffer(size)
            length = self._library.llama_token_to_piece(self.vocab, token, piece, size, 0, special)
            if length >= 0:
                return piece.raw[:length]
            size = -length

    def _shown(self, token: int) -> str:
        return str(self._library.llama_vocab_get_text(self.vocab, token).decode()) if token >= 0 else ""

    def _metadata(self, key: str) -> str:
        """What the file says of itself; empty where it does not."""
        value = ctypes.create_string_buffer(256)
        length = self._library.llama_model_meta_val_str(self.handle, key.encode(), value, len(value))
        return value.value.decode() if length >= 0 else ""


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C takes effect at the end: raised in one of llama.cpp's callbacks, Python would print it and go on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came and callable(before):
        before(*came[0])


@cache
def quiet(library: Any) -> Any:
    """From the first call on llama.cpp prints nothing; the last of its errors are kept in `.lines` of what is returned."""
    lines: deque[str] = deque(maxlen=20)

    @library.llama_log_callback  # type: ignore[untyped-decorator]  # the library leaves it untyped
    def keep(level: int, text: bytes, _: object) -> None:
        if level == LOG_ERROR:
            lines.append(text.decode("utf-8", errors="replace"))

    keep.lines = lines
    library.llama_log_set(keep, None)
    return keep
