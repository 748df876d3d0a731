"""llama-cpp-python's own server, in a process of its own; loads the model as our engine does, so that no processor crashes it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

from pipeline.answer.engines.gguf import has_amx

READY_SECONDS = 120


@contextmanager
def serve_model(model: Path, log: Path, key: str, context: int) -> Iterator[str]:
    """The address of the server, from when it answers until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"--model": model, "--n_ctx": context, "--n_threads": 1, "--n_threads_batch": 1, "--api_key": key}
    arguments = [str(part) for pair in settings.items() for part in pair]
    environment = os.environ | {"HOST": "127.0.0.1", "PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[2])}
    with log.open("wb") as said:
        server = subprocess.Popen([sys.executable, __file__, *arguments], env=environment, stdout=said, stderr=said)
    try:
        _wait(f"http://127.0.0.1:{port}/openapi.json", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def without_amx(library: Any) -> Iterator[None]:
    """Load models without extra buffers where the processor has AMX, as our engine does; `Llama(...)` has no argument for it."""
    original = library.llama_model_default_params

    def patched() -> Any:
        parameters = original()
        parameters.use_extra_bufts = parameters.use_extra_bufts and not has_amx()
        return parameters

    library.llama_model_default_params = patched
    try:
        yield
    finally:
        library.llama_model_default_params = original


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not begin to answer: {log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    from llama_cpp import llama_cpp as library
    from llama_cpp.server.__main__ import main

    with without_amx(library):
        main()  # type: ignore[no-untyped-call]  # the library leaves it untyped
