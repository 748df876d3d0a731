"""A server of files on loopback that can be told to misbehave, for the pulling of models."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FileServer:
    """What it serves, how it is to behave, and what it was asked."""

    files: dict[str, bytes]
    """By path, with the slash in front."""
    ranges: bool = True
    """Whether it knows Range."""
    statuses: list[int] = field(default_factory=list)
    """Given instead of the next answers, one a request; 0 for an answer as it should be."""
    cut_after: list[int] = field(default_factory=list)
    """Bytes of the body after which it hangs up, one number a request, until there are none left."""
    moved: dict[str, str] = field(default_factory=dict)
    """Paths that lead to others."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range of every request."""
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        plan: FileServer = self.server.plan
        wanted = self.headers.get("Range", "")
        plan.asked.append((self.path, wanted))
        if plan.statuses and (status := plan.statuses.pop(0)):
            self._answer(status, b"busy")
        elif self.path in plan.moved:
            self._answer(302, b"", Location=plan.moved[self.path])
        elif self.path not in plan.files:
            self._answer(404, b"no such file")
        else:
            self._file(plan, plan.files[self.path], wanted)

    def _file(self, plan: FileServer, content: bytes, wanted: str) -> None:
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and plan.ranges else 0
        if start and start >= len(content):
            self._answer(416, b"")
            return
        cut = plan.cut_after.pop(0) if plan.cut_after else None
        extra = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        self._answer(206 if start else 200, content[start:], cut, **extra)

    def _answer(self, status: int, body: bytes, cut: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on stderr."""


@contextmanager
def serve_files(files: dict[str, bytes]) -> Iterator[FileServer]:
    plan = FileServer(files)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.plan = plan  # type: ignore[attr-defined]  # the handler reads it there
        plan.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield plan
        finally:
            server.shutdown()
            thread.join()
