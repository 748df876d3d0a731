"""The preview of the site."""

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import SiteError
from pipeline.serve import open_server

FILES = {
    "index.html": b"<h1>Home</h1>",
    "404.html": "<h1>Not here ü</h1>".encode(),
    "q/one/index.html": b"<h1>One</h1>",
    "q/one/index.json": b"{}",
    "assets/style.css": b"p {}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name, content in FILES.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    (tmp_path / "secret.txt").write_text("secret")
    return site


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with open_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str, bytes]:
    """Status, type and body of a reply."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path)
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, reply.headers.get("Content-Type", ""), body


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/", "text/html", "index.html"),
        ("/index.html?q=a", "text/html", "index.html"),
        ("/q/one/", "text/html", "q/one/index.html"),
        ("/q/one/index.html", "text/html", "q/one/index.html"),
        ("/q/one/index.json", "application/json", "q/one/index.json"),
        ("/assets/style.css", "text/css", "assets/style.css"),
    ],
)
def test_pages_of_every_folder_are_served(port: int, path: str, kind: str, name: str) -> None:
    assert ask(port, path) == (200, kind, FILES[name])


def test_a_folder_without_its_slash_leads_to_the_one_with_it(port: int) -> None:
    assert ask(port, "/q/one")[0] == 301


@pytest.mark.parametrize(
    "path", ["/none", "/q/none/index.html", "/../secret.txt", "/%2e%2e/secret.txt", "//etc/passwd"]
)
def test_what_is_not_there_is_the_404_page_of_the_site(port: int, path: str) -> None:
    assert ask(port, path) == (404, "text/html; charset=utf-8", FILES["404.html"])


@pytest.mark.parametrize("path", ["/q/", "/assets/"])
def test_a_folder_without_a_page_is_not_listed(port: int, path: str) -> None:
    assert ask(port, path) == (404, "text/html; charset=utf-8", FILES["404.html"])


def test_only_the_head_of_a_404_is_sent_where_only_the_head_is_asked_for(port: int) -> None:
    assert ask(port, "/none", "HEAD") == (404, "text/html; charset=utf-8", b"")


def test_without_a_404_page_there_is_a_plain_one(port: int, folder: Path) -> None:
    (folder / "404.html").unlink()
    status, _, body = ask(port, "/none")
    assert status == 404 and b"File not found" in body


def test_other_methods_are_refused(port: int) -> None:
    assert ask(port, "/", "POST")[0] == 501


def test_a_reader_who_leaves_in_the_middle_is_no_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A browser that broke off a load left a traceback in the operator's terminal."""
    (folder / "large.bin").write_bytes(bytes(20_000_000))
    with open_server(folder, 0) as server:
        server.daemon_threads = False  # so that closing the server waits for the reply
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with socket.create_connection(("127.0.0.1", server.server_port)) as reader:
            reader.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
            reader.recv(1000)
            thread.join()
    assert capfd.readouterr().err == ""


def test_it_listens_on_loopback_alone(folder: Path) -> None:
    with open_server(folder, 0) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_folder_without_a_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="holds no site yet"):
        open_server(tmp_path, 0)


def test_a_port_that_is_taken_is_refused(folder: Path) -> None:
    with (
        open_server(folder, 0) as server,
        pytest.raises(SiteError, match=f"port {server.server_port} can't be used") as caught,
    ):
        open_server(folder, server.server_port)
    assert "--port" in caught.value.mend
