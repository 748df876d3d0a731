"""The polite client against a real server on loopback: manners, faults, and what it refuses."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import pipeline.ingest.http as http
from pipeline import __version__
from pipeline.errors import DeferredError, SourceError
from pipeline.ingest.http import BadReply, PoliteClient, Reply, open_client, retry_after_seconds
from pipeline.ingest.source import NetworkSettings, Reach

NOW = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
Answer = Callable[[BaseHTTPRequestHandler], None]


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.time = NOW
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += timedelta(seconds=seconds)


class ScriptedServer(ThreadingHTTPServer):
    """Gives the queued answers in turn, the last one for ever."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.paths: list[str] = []
        self.agents: list[str] = []
        self.peers: list[tuple[str, int]] = []
        self.arrived: list[float] = []
        self.ended: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/oai"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of these tests."""


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each body waits for the headers to be acknowledged

    def do_GET(self) -> None:
        self.server.arrived.append(time.monotonic())
        self.server.paths.append(self.path)
        self.server.agents.append(self.headers["User-Agent"])
        self.server.peers.append(self.client_address)
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self.server.ended.append(time.monotonic())
        answer(self)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def says(status: int = 200, body: bytes = b"<ok/>", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<half")
    handler.close_connection = True


def cut_off_in_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\n<half\r\n")
    handler.close_connection = True


def falls_silent(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<half")
    handler.wfile.flush()
    time.sleep(0.6)
    handler.close_connection = True


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as opened:
        thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield opened
        opened.shutdown()
        thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(
    folder: Path,
    clock: Clock,
    pace: float = 3.0,
    timeout: float = 0.3,
    contact: str = "",
    redirect_hosts: tuple[str, ...] = (),
) -> PoliteClient:
    settings = NetworkSettings(
        name="arxiv",
        kind="arxiv-oai",
        pace_seconds=pace,
        timeout_seconds=timeout,
        contact=contact,
        redirect_hosts=redirect_hosts,
    )
    return open_client(settings, Reach(clock.now, clock.sleep, folder, None), "arxiv")


def test_an_answer_comes_back_unpacked_with_its_address(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    server.answers = [says(body=gzip.compress(b"<ok/>"), Content_Encoding="gzip")]
    with client(tmp_path, clock) as opened:
        assert opened.get(server.url, {"verb": "Identify"}) == Reply(b"<ok/>", f"{server.url}?verb=Identify")


def test_it_says_who_it_is_and_keeps_one_connection(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    server.answers = [says()]
    with client(tmp_path, clock, contact="mailto:someone@example.org") as opened:
        for _ in range(3):
            opened.get(server.url)
    assert set(server.agents) == {f"antigravity-qa/{__version__} (mailto:someone@example.org)"}
    assert len(set(server.peers)) == 1
    assert clock.slept == [3.0, 3.0]


def test_a_quoted_token_reaches_the_server_as_it_was_given(
    server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    server.answers = [says()]
    with client(tmp_path, clock) as opened:
        opened.get(server.url, {"resumptionToken": "verb%3DListRecords%26skip%3D200|a+b"})
    assert server.paths == ["/oai?resumptionToken=verb%253DListRecords%2526skip%253D200%7Ca%2Bb"]


def test_the_pause_holds_on_the_server_s_clock(server: ScriptedServer, tmp_path: Path) -> None:
    server.answers = [says()]
    settings = NetworkSettings(name="arxiv", kind="arxiv-oai", pace_seconds=0.05)
    reach = Reach(lambda: datetime.now(UTC), time.sleep, tmp_path, None)
    for _ in range(2):  # two harvests, as if the first had been killed
        with open_client(settings, reach, "arxiv") as opened:
            for _ in range(3):
                opened.get(server.url)
    gaps = [arrived - ended for arrived, ended in zip(server.arrived[1:], server.ended, strict=False)]
    assert len(gaps) == 5
    assert min(gaps) >= 0.05


@pytest.mark.parametrize(
    ("faults", "slept"),
    [
        pytest.param([says(503, Retry_After="7")], [7.0], id="503 with seconds"),
        pytest.param(
            [says(503, Retry_After=format_datetime(NOW + timedelta(seconds=90), usegmt=True))], [90.0], id="503, a date"
        ),
        pytest.param([says(503)], [30.0], id="503 with nothing"),
        pytest.param([says(503, Retry_After="soon")], [30.0], id="503 with nonsense"),
        pytest.param([says(503, Retry_After="0")], [0.0, 3.0], id="503 with no wait keeps the pace"),
        pytest.param([says(503, Retry_After="3600")], [3600.0], id="503 with an hour"),
        pytest.param([says(429)] * 4, [30.0, 60.0, 120.0, 300.0], id="429"),
        pytest.param([says(429, Retry_After="100")] * 3, [100.0, 100.0, 120.0], id="429 with seconds"),
        pytest.param([says(500), says(502), says(408)], [5.0, 15.0, 60.0], id="statuses that pass"),
        pytest.param([hangs_up], [5.0], id="connection closed"),
        pytest.param([cut_off, cut_off_in_chunks], [5.0, 15.0], id="cut off"),
        pytest.param([falls_silent], [5.0], id="silence"),
        pytest.param([says(body=b"no gzip", Content_Encoding="gzip")], [5.0], id="wrong compression"),
        pytest.param([says(body=b"<html/>")], [5.0], id="refused by the check"),
    ],
)
def test_what_may_pass_is_asked_for_again_after_the_pause_it_asks_for(
    server: ScriptedServer, clock: Clock, tmp_path: Path, faults: list[Answer], slept: list[float]
) -> None:
    def check(reply: Reply) -> None:
        if reply.content != b"<ok/>":
            raise BadReply("not what was asked for")

    server.answers = [*faults, says()]
    with client(tmp_path, clock) as opened:
        assert opened.get(server.url, check=check).content == b"<ok/>"
    assert clock.slept == slept
    assert len(server.paths) == len(faults) + 1


@pytest.mark.parametrize(
    ("answer", "slept", "said"),
    [
        pytest.param(says(429), [30.0, 60.0, 120.0, 300.0], "HTTP 429 Too Many Requests, tried 5 times", id="429"),
        pytest.param(says(503, Retry_After="9"), [9.0] * 8, "HTTP 503 Service Unavailable, tried 9 times", id="503"),
        pytest.param(says(503, Retry_After="7200"), [], "not to come back for 2.0 hours", id="503 for hours"),
        pytest.param(says(429, Retry_After="86400"), [], "not to come back for 24.0 hours", id="429 for a day"),
    ],
)
def test_a_server_that_wants_to_be_left_alone_is(
    server: ScriptedServer, clock: Clock, tmp_path: Path, answer: Answer, slept: list[float], said: str
) -> None:
    server.answers = [answer]
    with client(tmp_path, clock) as opened, pytest.raises(DeferredError, match=said):
        opened.get(server.url)
    assert clock.slept == slept


@pytest.mark.parametrize(
    ("answer", "slept", "said"),
    [
        pytest.param(
            says(403, b"<html><p>Bad &amp; <b>agent</b></p></html>"),
            [],
            "HTTP 403 Forbidden: Bad &amp; agent",
            id="4xx",
        ),
        pytest.param(says(404, b""), [], "HTTP 404 Not Found\n", id="4xx with nothing"),
        pytest.param(says(204, b""), [], "HTTP 204", id="no answer"),
        pytest.param(says(500), [5.0, 15.0, 60.0, 180.0], "HTTP 500 .*, tried 5 times", id="5xx"),
        pytest.param(cut_off, [5.0, 15.0, 60.0, 180.0], "RemoteProtocolError: .*, tried 5 times", id="cut off"),
        pytest.param(says(302, Location="ftp://127.0.0.1/a"), [], "leads to ftp://.*no web address", id="ftp"),
        pytest.param(says(302, Location="file:///etc/passwd"), [], "no web address", id="file"),
        pytest.param(says(301, Location="/oai"), [3.0] * 5, "for ever", id="in a ring"),
    ],
)
def test_what_fails_for_good_says_where_and_why(
    server: ScriptedServer, clock: Clock, tmp_path: Path, answer: Answer, slept: list[float], said: str
) -> None:
    server.answers = [answer]
    with client(tmp_path, clock) as opened, pytest.raises(SourceError, match=said) as raised:
        opened.get(server.url)
    assert not isinstance(raised.value, DeferredError)
    assert str(raised.value).startswith(server.url)
    assert clock.slept == slept


def test_a_server_that_is_not_there_is_tried_and_named(clock: Clock, tmp_path: Path) -> None:
    with ScriptedServer() as closed:
        url = closed.url
    with client(tmp_path, clock) as opened, pytest.raises(SourceError, match=r"ConnectError.*tried 5 times"):
        opened.get(url)
    assert clock.slept == [5.0, 15.0, 60.0, 180.0]


@pytest.mark.parametrize("url", ["oai", "http://", "http://x:y/", "gopher://127.0.0.1/"])
def test_an_address_that_is_none_is_refused_at_once(clock: Clock, tmp_path: Path, url: str) -> None:
    with client(tmp_path, clock) as opened, pytest.raises(SourceError, match="address"):
        opened.get(url)
    assert clock.slept == []


def test_a_redirect_is_followed_at_the_pace(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    server.answers = [says(301, Location="/new?verb=Identify"), says()]
    with client(tmp_path, clock) as opened:
        reply = opened.get(server.url, {"verb": "Identify"})
    assert reply.url == server.url.replace("/oai", "/new?verb=Identify")
    assert clock.slept == [3.0]


def test_a_redirect_to_another_host_is_followed_only_where_the_settings_name_it(
    server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    server.answers = [says(301, Location=server.url.replace("127.0.0.1", "localhost")), says()]
    with (
        client(tmp_path, clock) as opened,
        pytest.raises(SourceError, match=r"leads to another server, localhost\n.*redirect_hosts"),
    ):
        opened.get(server.url)
    assert len(server.paths) == 1
    server.answers = [says(301, Location=server.url.replace("127.0.0.1", "localhost")), says()]
    with client(tmp_path, clock, redirect_hosts=("localhost",)) as opened:
        assert opened.get(server.url).url == server.url.replace("127.0.0.1", "localhost")


def test_an_answer_that_unpacks_to_too_much_is_refused(
    server: ScriptedServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1 << 20)
    server.answers = [says(body=gzip.compress(bytes(2 << 20)), Content_Encoding="gzip")]
    with client(tmp_path, clock) as opened, pytest.raises(SourceError, match="more than 1 MB"):
        opened.get(server.url)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("12", 12.0),
        (" 1.5 ", 1.5),
        ("-3", None),
        ("1e9", None),
        ("Mon, 01 Jun 2026 05:02:00 GMT", 120.0),
        ("Mon, 01 Jun 2026 05:02:00 -0000", 120.0),
        ("Mon, 01 Jun 2026 04:00:00 GMT", 0.0),
        ("Mon, 99 Jun 2026 04:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOW) == seconds
