"""Bring a model of the catalogue onto this machine, whole or not at all. [edge]

A file is written aside as `.part`, its SHA-256 compared with the catalogue's, and only then renamed. What a broken connection
left is kept, and the next attempt asks for the rest.
"""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_chain, wait_fixed

from pipeline import __version__
from pipeline.errors import ModelError
from pipeline.hashes import hash_file
from pipeline.models.catalogue import Entry, ModelFile
from pipeline.models.folder import check_files, is_here, locate, part_of
from pipeline.progress import Progress, silent

PAUSES = (1.0, 4.0, 15.0)
"""Seconds before going on after a fault; the pauses begin anew where something came."""
TIMEOUT_SECONDS = 60.0
PASSING = {408, 425, 429}
"""Statuses below 500 that speak of the moment, not of the request."""


class _Fault(Exception):
    """What may go right the next time."""


def pull_model(
    entry: Entry,
    models: Path,
    base: str = "",
    progress: Progress = silent,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Pull the files that are missing or have another content; returns those pulled.

    `base` is an address below which the files lie under the same names, instead of the catalogue's. Raises ModelError where
    a file can't be had, or is not what the catalogue says.
    """
    if entry.package:
        if not is_here(entry, models):
            raise ModelError(f"{entry.name} comes with the installation, and is missing", "run make setup")
        return []
    if not (base or entry.source).startswith(("http://", "https://")):
        raise ModelError(f"{base}: not a web address", "write it with http:// or https://")
    folder = locate(entry, models)
    wrong = {check.file for check in check_files(entry, models) if not check.ok}
    missing = [file for file in entry.files if file.path in wrong]
    _require_room(entry, missing, folder)
    headers = {"User-Agent": f"antigravity-qa/{__version__}", "Accept-Encoding": "identity"}
    with httpx2.Client(headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=True) as client:
        for file in missing:
            address = f"{(base or entry.source).rstrip('/')}/{file.path}"
            _pull_file(client, address, file, folder / file.path, progress, sleep)
    return [folder / file.path for file in missing]


def _require_room(entry: Entry, missing: list[ModelFile], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    needed = sum(file.size - _size(part_of(folder / file.path)) for file in missing if file.size)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise ModelError(
            f"{folder}: {entry.name} needs {needed / 1e9:.1f} GB more, and {free / 1e9:.1f} GB are free",
            "make room, or let answer.models name a folder on a larger disk",
        )


def _pull_file(
    client: httpx2.Client,
    address: str,
    file: ModelFile,
    path: Path,
    progress: Progress,
    sleep: Callable[[float], None],
) -> None:
    part = part_of(path)
    part.parent.mkdir(parents=True, exist_ok=True)
    retrying = Retrying(
        retry=retry_if_exception_type(_Fault),
        stop=stop_after_attempt(len(PAUSES) + 1),
        wait=wait_chain(*map(wait_fixed, PAUSES)),
        sleep=sleep,
        reraise=True,
    )
    try:
        while not retrying(_fetch_more, client, address, file, part, progress):
            sleep(PAUSES[0])
    except _Fault as fault:
        raise ModelError(
            f"{address}: {fault}",
            f"pull again when the network is back: it goes on after {_size(part):,} bytes; behind a proxy, set HTTPS_PROXY",
        ) from fault
    found = hash_file(part)
    if found != file.sha256:
        part.unlink()
        raise ModelError(
            f"{address} is not the file of the catalogue: SHA-256 {found}, and not {file.sha256}; it was thrown away",
            "pull once more; if it stays so, name another source with --from",
        )
    part.replace(path)


def _fetch_more(client: httpx2.Client, address: str, file: ModelFile, part: Path, progress: Progress) -> bool:
    """Ask for what is missing. True at the end of the file; False where the connection broke after more had come.

    Raises _Fault where nothing came.
    """
    start = _size(part)
    if file.size and start == file.size:
        return True
    try:
        with client.stream("GET", address, headers={"Range": f"bytes={start}-"} if start else {}) as reply:
            if reply.status_code == 416:
                return True  # it has no more than what is here; the hash tells whether that is the file
            _refuse_status(reply, address)
            goes_on = reply.status_code == 206 and reply.headers.get("Content-Range", "").startswith(f"bytes {start}-")
            if start and reply.status_code == 206 and not goes_on:
                raise _Fault("the server sent another part than the one asked for")
            with part.open("ab" if goes_on else "wb") as target:
                for block in reply.iter_bytes():
                    target.write(block)
                    progress(file.path, target.tell(), file.size or target.tell())
                    if file.size and target.tell() > file.size:
                        break
                target.flush()
                os.fsync(target.fileno())
    except (httpx2.TransportError, httpx2.DecodingError) as error:
        if _size(part) > start:
            return False
        raise _Fault(f"{type(error).__name__}: {error}") from error
    except (httpx2.TooManyRedirects, httpx2.InvalidURL) as error:
        raise ModelError(f"{address}: {error}", "name another source with --from") from error
    return True


def _refuse_status(reply: httpx2.Response, address: str) -> None:
    status = reply.status_code
    what = f"HTTP {status} {reply.reason_phrase}".rstrip()
    if status >= 500 or status in PASSING:
        raise _Fault(what)
    if status in (401, 403):
        raise ModelError(f"{address}: {what}", "the source wants a login or refuses; name another one with --from")
    if status not in (200, 206):
        raise ModelError(f"{address}: {what}", "the file is no longer there; name another source with --from")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
