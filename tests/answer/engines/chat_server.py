"""A server of chat completions on loopback that gives scripted replies, faults among them."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RESET = "reset"
"""The connection breaks instead of an answer."""


@dataclass(frozen=True)
class Answer:
    """What the server says."""

    body: Any
    """Sent as JSON; bytes are sent as they are."""
    status: int = 200
    after_seconds: float = 0.0
    until: threading.Event | None = None
    """What it waits for, at most 30 seconds."""
    dripping_seconds: float = 0.0
    """Between a byte and the next."""


@dataclass
class ChatServer:
    """What it will answer, and what it was asked."""

    script: list[Answer | str] = field(default_factory=list)
    """The next answers; when there are none left, it repeats the message that it was sent."""
    together: threading.Barrier | None = None
    """Where every request waits until as many are there at a time."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""


def said(text: str | None, **more: Any) -> dict[str, Any]:
    """A chat completion as servers give it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", **more}
    return {"id": "1", "choices": [choice], "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}}


def refused(status: int, message: str) -> Answer:
    return Answer({"error": {"message": message, "code": status}}, status)


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        chat: ChatServer = self.server.chat
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chat.asked.append(asked)
        chat.headers.append(dict(self.headers))
        chat.paths.append(self.path)
        if chat.together:
            chat.together.wait()
        answer = chat.script.pop(0) if chat.script else Answer(said(f"re: {asked['messages'][0]['content']}"))
        if isinstance(answer, str):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        time.sleep(answer.after_seconds)
        if answer.until:
            answer.until.wait(30)
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not answer.dripping_seconds:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes((byte,)))
            time.sleep(answer.dripping_seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on stderr."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up, or on whom we hung up, is no error here."""


@contextmanager
def serve_chat() -> Iterator[ChatServer]:
    chat = ChatServer()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.chat = chat  # type: ignore[attr-defined]  # the handler reads it there
        chat.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield chat
        finally:
            server.shutdown()
            thread.join()
