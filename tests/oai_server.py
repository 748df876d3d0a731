"""A real OAI-PMH server on loopback that behaves like arXiv's: pages, tokens, sets, errors; and that fails where it is told to.

    with serving([record_of(line) for line in lines], page_size=2_500) as server:
        server.clock = lambda: datetime(2026, 6, 2, 5, 0, tzinfo=UTC)
        server.faults += [None, unavailable(7)]       # the first request is answered, the second is refused
        …harvest from server.url…
        server.records[0].revise(date(2026, 6, 2), title="A better title")     # before the next night

Like arXiv's, a token holds the day that the last page ended on and how many of that day's records were served, and the list is
looked up anew for every page. It dies at midnight UTC of the server's clock.
"""

import gzip
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from tests.oai_xml import GROUPS, ServedRecord, render_answer, render_header, render_records

EARLIEST = "2005-09-16"
FORMAT = "arXivRaw"
LISTS = ("ListRecords", "ListIdentifiers")

ERRORS = {
    "badArgument": "The request includes illegal arguments, is missing required arguments, or repeats an argument.",
    "badResumptionToken": "The value of the resumptionToken argument is invalid or expired.",
    "badVerb": "The verb argument is not a legal OAI-PMH verb, is missing, or is repeated.",
    "cannotDisseminateFormat": "This metadata format is not supported.",
    "idDoesNotExist": "The value of the identifier argument is unknown in this repository.",
    "noRecordsMatch": "The from, until, set and metadataPrefix arguments result in an empty list.",
}


@dataclass(frozen=True, slots=True)
class Logged:
    """One request that reached the server; times are of the server's monotonic clock."""

    arrived: float
    ended: float
    """Just before the last bytes of the answer were handed over."""
    params: Mapping[str, str]
    peer: tuple[str, int]
    agent: str


class OaiError(Exception):
    """An error of the protocol, which is served with HTTP 200."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{ERRORS[code]} {why}".strip())
        self.code = code


Fault = Callable[["OaiHandler", bytes], None]
"""Given the handler and the answer as it should be; sends what it likes, or nothing."""


class OaiServer(ThreadingHTTPServer):
    """Every attribute may be changed between two requests."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, records: Iterable[ServedRecord] = (), page_size: int = 2_500) -> None:
        super().__init__(("127.0.0.1", 0), OaiHandler)
        self.records = list(records)
        self.page_size = page_size
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.faults: deque[Fault | None] = deque()
        """For the coming requests, one each; None answers as it should be."""
        self.order: Callable[[ServedRecord], object] = lambda record: (record.datestamp, record.id)
        """Key by which a list is sorted."""
        self.served_twice = False
        """Every record of a page is there two times."""
        self.endless: Literal["", "same token", "fresh tokens"] = ""
        """The list never ends: its last page leads back to its first."""
        self.compressed = False
        self.content_type = "text/xml; charset=utf-8"
        self.log: list[Logged] = []
        self._token_days: dict[str, date] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/oai"

    @property
    def today(self) -> date:
        return self.clock().astimezone(UTC).date()

    def pauses(self) -> list[float]:
        """Seconds between the end of each answer and the next request, by the server's clock."""
        return [later.arrived - one.ended for one, later in zip(self.log, self.log[1:], strict=False)]

    def answer(self, pairs: list[tuple[str, str]]) -> str:
        """The XML that answers these arguments."""
        params = dict(pairs)
        try:
            if len(params) < len(pairs):
                raise OaiError("badArgument", "An argument is repeated.")
            body = self._body(params)
        except OaiError as error:
            kept = {} if error.code in ("badVerb", "badArgument", "badResumptionToken") else params
            return render_answer(
                self.clock(), self.url, kept, f"<error code='{error.code}'>{str(error).rstrip()}</error>"
            )
        return render_answer(self.clock(), self.url, params, body)

    def _body(self, params: dict[str, str]) -> str:
        verb = params.get("verb", "")
        if verb in LISTS:
            return self._list(params)
        if verb == "Identify":
            _allow(params, "verb")
            return (
                f"<Identify><repositoryName>Loopback</repositoryName><baseURL>{self.url}</baseURL>"
                "<protocolVersion>2.0</protocolVersion><adminEmail>nobody@example.org</adminEmail>"
                f"<earliestDatestamp>{EARLIEST}</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
                "<granularity>YYYY-MM-DD</granularity></Identify>"
            )
        if verb == "ListSets":
            _allow(params, "verb")
            names = sorted({*GROUPS, *(name for record in self.records for name in record.sets)})
            sets = "".join(f"<set><setSpec>{name}</setSpec><setName>{name}</setName></set>" for name in names)
            return f"<ListSets>{sets}</ListSets>"
        if verb == "ListMetadataFormats":
            _allow(params, "verb", "identifier")
            return (
                f"<ListMetadataFormats><metadataFormat><metadataPrefix>{FORMAT}</metadataPrefix>"
                "<schema>http://arxiv.org/OAI/arXivRaw.xsd</schema>"
                "<metadataNamespace>http://arxiv.org/OAI/arXivRaw/</metadataNamespace></metadataFormat></ListMetadataFormats>"
            )
        if verb == "GetRecord":
            _allow(params, "verb", "identifier", "metadataPrefix")
            _need_format(params)
            found = next((one for one in self.records if one.identifier == params.get("identifier")), None)
            if found is None:
                raise OaiError("idDoesNotExist")
            return f"<GetRecord>{render_records([found])}</GetRecord>"
        raise OaiError("badVerb")

    def _list(self, asked: dict[str, str]) -> str:
        """A page, looked up anew: `skip` records of the first day are left out."""
        verb, token, skip = asked["verb"], asked.get("resumptionToken"), 0
        params = asked
        if token is not None:
            _allow(asked, "verb", "resumptionToken")
            params, skip = self._read_token(token, verb)
        else:
            _allow(asked, "verb", "metadataPrefix", "from", "until", "set")
        _need_format(params)
        found = sorted(self._selected(params), key=self.order)  # type: ignore[arg-type]  # keys of one kind
        page, rest = found[skip : skip + self.page_size], found[skip + self.page_size :]
        if not page:
            raise OaiError("noRecordsMatch")
        shown = [one for one in page for _ in range(2)] if self.served_twice else page
        records = render_records(shown) if verb == "ListRecords" else "\n".join(map(render_header, shown))
        return f"<{verb}>\n{records}\n{self._token(params, skip, found, page, bool(rest), token is not None)}</{verb}>"

    def _selected(self, params: Mapping[str, str]) -> Iterator[ServedRecord]:
        start, end = _day(params, "from", EARLIEST), _day(params, "until", f"{self.today}")
        if start > end or start < EARLIEST or end > f"{self.today + timedelta(1)}":
            raise OaiError("badArgument", "The dates are out of range.")
        wanted = params.get("set", "")
        if wanted and wanted.split(":")[0] not in GROUPS:
            raise OaiError("badArgument", "Set does not exist")
        for record in self.records:
            in_set = not wanted or any(f"{name}:".startswith(f"{wanted}:") for name in record.sets)
            if in_set and start <= f"{record.datestamp}" <= end:
                yield record

    def _token(
        self,
        params: Mapping[str, str],
        skip: int,
        found: list[ServedRecord],
        page: list[ServedRecord],
        more: bool,
        later_page: bool,
    ) -> str:
        if not more and not self.endless:
            return "<resumptionToken/>\n" if later_page else ""
        new = dict(params)
        if not more:  # endless
            skip_next = 0
            new.pop("from", None)
        elif page[0].datestamp == page[-1].datestamp or self._in_another_order():
            skip_next = skip + len(page)
        else:
            new["from"] = f"{page[-1].datestamp}"
            skip_next = sum(one.datestamp == page[-1].datestamp for one in page)
        if self.endless == "fresh tokens":
            new["lap"] = f"{len(self.log)}"
        text = quote(urlencode({**new, "skip": skip_next}))
        self._token_days[text] = self.today
        midnight = self.today + timedelta(1)
        return f"<resumptionToken expirationDate='{midnight}T00:00:00Z'>{text}</resumptionToken>\n"

    def _in_another_order(self) -> bool:
        """Where the list is not in the order of days, a token can't begin at a day."""
        days = [one.datestamp for one in sorted(self.records, key=self.order)]  # type: ignore[arg-type]  # as above
        return days != sorted(days)

    def _read_token(self, token: str, verb: str) -> tuple[dict[str, str], int]:
        params = dict(parse_qsl(unquote(token)))
        if self._token_days.get(token) != self.today or not params.get("skip", "").isdigit():
            raise OaiError("badResumptionToken", "Token decoding failed or token expired.")
        if params.get("verb") != verb:
            raise OaiError("badResumptionToken", "Token from another verb.")
        skip = int(params.pop("skip"))
        params.pop("lap", None)
        return params, skip

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


class OaiHandler(BaseHTTPRequestHandler):
    """One connection; it stays open from request to request."""

    server: OaiServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each body waits for the headers to be acknowledged

    def do_GET(self) -> None:
        self.arrived = time.monotonic()
        pairs = parse_qsl(urlsplit(self.path).query, keep_blank_values=True)
        self.params = dict(pairs)
        fault = self.server.faults.popleft() if self.server.faults else None
        content = self.server.answer(pairs).encode()
        if fault:
            fault(self, content)
        else:
            self.send(content)

    def send(self, content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Send an answer with its length."""
        if self.server.compressed and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1)
            headers = {**(headers or {}), "Content-Encoding": "gzip"}
        self.begin(status, {"Content-Length": str(len(content)), **(headers or {})})
        self.finish_with(content)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": self.server.content_type, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def finish_with(self, content: bytes, after_seconds: float = 0.0) -> None:
        """Note the time, then send the last bytes: the client can't have them before."""
        ended = time.monotonic() + after_seconds
        self.server.log.append(
            Logged(self.arrived, ended, self.params, self.client_address, self.headers.get("User-Agent", ""))
        )
        time.sleep(after_seconds)
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(records: Iterable[ServedRecord] = (), page_size: int = 2_500) -> Iterator[OaiServer]:
    """A server that runs until the block ends."""
    with OaiServer(records, page_size) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _allow(params: Mapping[str, str], *names: str) -> None:
    if unknown := params.keys() - set(names):
        raise OaiError("badArgument", f"Unallowed: {', '.join(sorted(unknown))}.")


def _need_format(params: Mapping[str, str]) -> None:
    if "metadataPrefix" not in params:
        raise OaiError("badArgument", "metadataPrefix required.")
    if params["metadataPrefix"] != FORMAT:
        raise OaiError("cannotDisseminateFormat")


def _day(params: Mapping[str, str], name: str, default: str) -> str:
    value = params.get(name, default)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise OaiError("badArgument", f"{name} date format must be YYYY-MM-DD")
    return value
