"""No test reaches another machine; and the small records that many tests start from."""

import atexit
import ipaddress
import os
import pickle
import socket
from collections.abc import Iterator
from datetime import date
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from pipeline.records import Preprint, Version
from pipeline.store.database import Connection, open_database
from tests.real_site import RealSite, build_real_site

hypothesis.settings.register_profile("no clock", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("no clock")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection and name look-up that leaves this machine."""
    refuse_network(monkeypatch)


def refuse_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pytest.fail` raises no Exception, so no `except` in the code under test can swallow it."""
    connect, connect_ex, sendto, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(self.family, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: bytes, *rest: Any) -> int:
        _refuse_outside(self.family, rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        if host is not None:
            _refuse_outside(socket.AF_INET, (host.decode() if isinstance(host, bytes) else host,))
        return getaddrinfo(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket.socket, "sendto", guarded_sendto)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _refuse_outside(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    host = str(address[0])
    try:
        inside = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        pytest.fail(f"a test tried to reach {host}: tests use no network but loopback")


@pytest.fixture(autouse=True)
def no_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine that runs the tests don't count."""
    drop_overrides(monkeypatch)


def drop_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ANTIGRAVITY_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> RealSite:
    """One night with the real models, for all tests marked `models` or `browser`: minutes, so all processes share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    kept = shared / "real-site.pickle"
    with FileLock(shared / "real-site.lock"):
        if not kept.exists():
            with pytest.MonkeyPatch.context() as monkeypatch:
                refuse_network(monkeypatch)
                drop_overrides(monkeypatch)
                kept.write_bytes(pickle.dumps(build_real_site(tmp_path_factory.mktemp("night"))))
        site = pickle.loads(kept.read_bytes())
    assert isinstance(site, RealSite)
    return site


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A migrated database in memory."""
    with open_database(None) as opened:
        yield opened


@pytest.fixture
def preprint() -> Preprint:
    """A preprint with every field filled in."""
    return Preprint(
        source="arxiv",
        source_id="2401.15804",
        title="Hybrid quantum networks for image classification",
        abstract="We train quantum networks on MNIST. They reach 99.67% accuracy with fewer parameters than a CNN.",
        authors=("Domenico Cappiello", "Filippo Caruso"),
        categories=("quant-ph", "cs.LG"),
        versions=(Version(1, date(2024, 1, 28)), Version(3, date(2024, 5, 2))),
        month="2024.01",
        updated=date(2024, 5, 3),
        doi="10.1000/182",
        journal_ref="Quantum 8, 1 (2024)",
        comments="12 pages",
        licence="http://creativecommons.org/licenses/by/4.0/",
        archive_id="AG-2024.01-0001",
    )


@atexit.register
def hush_stderr() -> None:
    """All is said: DuckDB's bindings would list their types as leaked when the interpreter ends (flow.py has the same)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
