"""The guard against the network works, or every other test may cheat."""

import socket
import threading
import urllib.request
from pathlib import Path

import pytest

REFUSED = pytest.fail.Exception


@pytest.mark.parametrize(
    ("family", "address"),
    [
        pytest.param(socket.AF_INET, ("192.0.2.1", 80), id="another machine"),
        pytest.param(socket.AF_INET, ("example.org", 80), id="a name"),
        pytest.param(socket.AF_INET6, ("2001:db8::1", 80), id="another machine by IPv6"),
        pytest.param(socket.AF_INET, ("0.0.0.0", 80), id="any address"),
    ],
)
def test_a_connection_to_the_outside_is_refused(family: int, address: tuple[str, int]) -> None:
    with socket.socket(family) as one, pytest.raises(REFUSED, match=f"tried to reach {address[0]}"):
        one.connect(address)
    with socket.socket(family) as one, pytest.raises(REFUSED, match="no network but loopback"):
        one.connect_ex(address)
    with socket.socket(family, socket.SOCK_DGRAM) as one, pytest.raises(REFUSED):
        one.sendto(b"x", address)


def test_a_name_is_not_looked_up_and_no_except_clause_hides_it() -> None:
    with pytest.raises(REFUSED, match=r"tried to reach example\.org"):
        try:
            urllib.request.urlopen("http://example.org/")
        except Exception as error:
            raise AssertionError("the refusal was swallowed") from error


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_is_let_through(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepting = threading.Thread(target=lambda: server.accept()[0].close())
        accepting.start()
        with socket.create_connection((host, server.getsockname()[1]), timeout=5) as client:
            assert client.getpeername() == server.getsockname()
        accepting.join()


def test_a_unix_socket_is_let_through(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
        assert client.getpeername() == str(tmp_path / "s")
