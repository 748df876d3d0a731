"""Fetch from servers politely: one connection, a pause between requests, and pauses that grow where it is asked for. [edge]

What may pass by itself (a reset, a cut answer, a busy server) is tried again here; what is left over is a SourceError, or a
DeferredError where the server asked to be left alone.
"""

import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import MappingProxyType, TracebackType

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from pipeline import __version__
from pipeline.errors import DeferredError, SourceError
from pipeline.ingest.pace import Pace
from pipeline.ingest.source import NetworkSettings, Reach

FAULT_PAUSES = (5.0, 15.0, 60.0, 180.0)
"""Seconds before trying again after a fault of the network or the server."""
THROTTLE_PAUSES = (30.0, 60.0, 120.0, 300.0)
"""After HTTP 429, as arXiv asks for."""
BUSY_PAUSES = (30.0, 60.0, 120.0, 300.0, 300.0, 300.0, 300.0, 300.0)
"""After HTTP 503 without a Retry-After; with one it says how long, this many times."""
LONGEST_WAIT_SECONDS = 3600.0
MAX_ANSWER_BYTES = 256 << 20
"""Unpacked. arXiv's pages of 2,500 records have about 8 million bytes."""
MAX_REDIRECTS = 5
PASSING = {408, 425}
"""Statuses below 500 that speak of the moment, not of the request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with status 200."""

    content: bytes
    """Unpacked, otherwise as it came."""
    url: str
    """Where it came from in the end."""


class PassingFault(Exception):
    """Something went wrong that may go right the next time."""

    pauses: tuple[float, ...] = FAULT_PAUSES
    asked_for = False
    """The server itself asked for the pause."""


class BadReply(PassingFault):
    """Raised by a check: this can't be the whole of what was asked for, so ask again."""


class _Busy(PassingFault):
    asked_for = True

    def __init__(self, what: str, pauses: tuple[float, ...]) -> None:
        super().__init__(what)
        self.pauses = pauses


def _accept(reply: Reply) -> None:
    """The check of a caller that has none."""


class PoliteClient:
    """One connection to one server at a time; close it, or use it in a `with`."""

    def __init__(self, settings: NetworkSettings, reach: Reach, pace: Pace) -> None:
        contact = f" ({settings.contact})" if settings.contact else ""
        self._client = httpx2.Client(
            headers={"User-Agent": f"antigravity-qa/{__version__}{contact}"},
            timeout=settings.timeout_seconds,
            verify=_certificates(),
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
        )
        self._longest_answer_seconds = max(600.0, 10 * settings.timeout_seconds)
        self._redirect_hosts = settings.redirect_hosts
        self._reach = reach
        self._pace = pace

    def __enter__(self) -> "PoliteClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def get(
        self, url: str, params: Mapping[str, str] = MappingProxyType({}), check: Callable[[Reply], None] = _accept
    ) -> Reply:
        """Ask until an answer passes the check, which raises BadReply for what is worth asking for again.

        Raises DeferredError where the server wants to be left alone for longer than an hour or for too many times, and
        SourceError where it refuses, or fails for too many times.
        """
        try:
            request = self._client.build_request("GET", url, params=params or None)
        except httpx2.InvalidURL as error:
            raise SourceError(f"{url[:200]}: no address: {error}", "mend the address in the settings") from error
        place = str(request.url)[:200]
        retrying = Retrying(
            retry=retry_if_exception_type(PassingFault),
            stop=lambda state: state.attempt_number > len(_fault(state).pauses),
            wait=lambda state: _fault(state).pauses[min(state.attempt_number, len(_fault(state).pauses)) - 1],
            sleep=self._reach.sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, request, place, check)
        except PassingFault as fault:
            tries = f"tried {len(fault.pauses) + 1} times"
            if fault.asked_for:
                raise DeferredError(
                    f"{place}: {fault}, {tries}", "nothing to do: what came is kept, and the next harvest goes on there"
                ) from fault
            raise SourceError(
                f"{place}: {fault}, {tries}", "see if the server is up; the next harvest goes on from here"
            ) from fault

    def _attempt(self, request: httpx2.Request, place: str, check: Callable[[Reply], None]) -> Reply:
        known = {request.url.host, *self._redirect_hosts}
        for _ in range(MAX_REDIRECTS + 1):
            if request.url.scheme not in ("http", "https"):
                raise SourceError(
                    f"{place}: leads to {str(request.url)[:200]}, which is no web address", "mend the address"
                )
            response, content = self._exchange(request, place)
            if response.next_request is None:
                _refuse_status(response, content, place, self._reach.now())
                reply = Reply(content, str(response.url))
                check(reply)
                return reply
            request = response.next_request
            if request.url.host not in known:
                raise SourceError(
                    f"{place}: leads to another server, {request.url.host[:200]}",
                    "mend the address of this source, or name that host in its `redirect_hosts` if you trust it",
                )
        raise SourceError(f"{place}: leads on to other addresses for ever", "mend the address in the settings")

    def _exchange(self, request: httpx2.Request, place: str) -> tuple[httpx2.Response, bytes]:
        """One request and its answer, after the pause that is due."""
        self._pace.wait()
        self._pace.note()
        try:
            response = self._client.send(request, stream=True)
            try:
                return response, self._read(response, place)
            finally:
                response.close()
        except httpx2.RequestError as error:
            raise PassingFault(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from error
        finally:
            self._pace.note()

    def _read(self, response: httpx2.Response, place: str) -> bytes:
        started, size, blocks = time.monotonic(), 0, []
        for block in response.iter_bytes():
            size += len(block)
            blocks.append(block)
            if size > MAX_ANSWER_BYTES:
                raise SourceError(
                    f"{place}: an answer of more than {MAX_ANSWER_BYTES >> 20} MB", "ask for less: name sets or dates"
                )
            if time.monotonic() - started > self._longest_answer_seconds:
                raise PassingFault(f"no end of the answer after {self._longest_answer_seconds:.0f} s")
        return b"".join(blocks)


def open_client(settings: NetworkSettings, reach: Reach, pace_name: str) -> PoliteClient:
    """A client whose pauses hold across all sources that give the same name, and across kills."""
    file = reach.state_folder / f"{pace_name}.last-request"
    return PoliteClient(settings, reach, Pace(file, settings.pace_seconds, reach.now, reach.sleep))


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: that takes longer than many a request."""
    return httpx2.create_ssl_context()


def _fault(state: RetryCallState) -> PassingFault:
    fault = state.outcome.exception() if state.outcome else None
    assert isinstance(fault, PassingFault)
    return fault


def _refuse_status(response: httpx2.Response, content: bytes, place: str, now: datetime) -> None:
    """Raise what the status asks for: a pause, another try, or an end."""
    status = response.status_code
    if status == 200:
        return
    what = f"HTTP {status} {response.reason_phrase}".rstrip()
    if status in (429, 503):
        wait = retry_after_seconds(response.headers.get("Retry-After", ""), now)
        if wait is not None and wait > LONGEST_WAIT_SECONDS:
            raise DeferredError(
                f"{place}: {what}, and not to come back for {wait / 3600:.1f} hours",
                "nothing to do: what came is kept, and a later harvest goes on there",
            )
        if status == 429:
            raise _Busy(what, tuple(max(pause, wait or 0.0) for pause in THROTTLE_PAUSES))
        raise _Busy(what, BUSY_PAUSES if wait is None else (wait,) * len(BUSY_PAUSES))
    if status >= 500 or status in PASSING:
        raise PassingFault(what)
    said = " ".join(re.sub(rb"<[^>]*>", b" ", content[:2000]).decode("utf-8", "replace").split())[:200]
    raise SourceError(
        f"{place}: {what}{f': {said}' if said else ''}", "mend the address, and `contact`, of this source"
    )


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, given as such or as a date (RFC 9110, 10.2.3); None for anything else."""
    text = value.strip()
    if re.fullmatch(r"\d{1,9}(\.\d*)?", text, re.ASCII):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())
