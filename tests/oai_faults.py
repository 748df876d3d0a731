"""What can go wrong on the way, to be queued in `OaiServer.faults`: each stands for one request."""

import socket
import struct
from collections.abc import Mapping

from tests.oai_server import ERRORS, Fault, OaiHandler
from tests.oai_xml import render_answer

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE bomb [
<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY file SYSTEM "file:///etc/passwd">
]>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>&f;&file;</responseDate><ListRecords/></OAI-PMH>
"""


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Fault:
    """Refused with that status."""
    return lambda handler, content: handler.send(body, code, headers)


def unavailable(retry_after: str = "") -> Fault:
    return status(503, {"Retry-After": retry_after} if retry_after else {})


def too_many(retry_after: str = "") -> Fault:
    return status(429, {"Retry-After": retry_after} if retry_after else {})


def hang_up(handler: OaiHandler, content: bytes) -> None:
    """No answer at all."""
    handler.finish_with(b"")
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def reset_in_body(handler: OaiHandler, content: bytes) -> None:
    """The connection is reset in the middle of the answer."""
    handler.begin(200, {"Content-Length": str(len(content))})
    handler.finish_with(content[: len(content) // 2])
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def cut_off(share: float = 0.5, with_length: bool = True, chunked: bool = False) -> Fault:
    """Only that share of the answer comes; without its length, nothing but the XML tells."""

    def send(handler: OaiHandler, content: bytes) -> None:
        part = content[: int(len(content) * share)]
        if chunked:
            handler.begin(200, {"Transfer-Encoding": "chunked"})
            handler.finish_with(b"%x\r\n%b\r\n" % (len(part), part))
        else:
            handler.begin(200, {"Content-Length": str(len(content))} if with_length else {"Connection": "close"})
            handler.finish_with(part)
        handler.close_connection = True

    return send


def changed(old: bytes, new: bytes, count: int = -1) -> Fault:
    """The answer with other bytes in it."""
    return lambda handler, content: handler.send(content.replace(old, new, count))


def typed(content_type: str) -> Fault:
    """The right answer under the wrong type."""
    return lambda handler, content: handler.send(content, headers={"Content-Type": content_type})


def instead(body: bytes, content_type: str = "text/xml") -> Fault:
    """Another body, with status 200."""
    return lambda handler, content: handler.send(body, headers={"Content-Type": content_type})


entity_bomb = instead(BOMB)
html_page = instead(
    b"<!DOCTYPE html>\n<html><head><title>Busy</title></head><body><p>Later<br></body></html>", "text/html"
)


def error(code: str) -> Fault:
    """An error of the protocol."""

    def send(handler: OaiHandler, content: bytes) -> None:
        body = f"<error code='{code}'>{ERRORS[code]}</error>"
        handler.send(render_answer(handler.server.clock(), handler.server.url, {}, body).encode())

    return send


def slow(seconds: float) -> Fault:
    """The right answer, in two halves with a silence between them."""

    def send(handler: OaiHandler, content: bytes) -> None:
        handler.begin(200, {"Content-Length": str(len(content))})
        handler.wfile.write(content[: len(content) // 2])
        handler.wfile.flush()
        handler.finish_with(content[len(content) // 2 :], seconds)

    return send
