"""SHA256SUMS: write it for a folder, and compare the folder with it. [edge]"""

import re
from pathlib import Path

from pipeline.hashes import hash_file

SUMS = "SHA256SUMS"
LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def write_checksums(folder: Path) -> None:
    """List every file below the folder, by name, in the form that `sha256sum --check` reads."""
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    lines = [f"{hash_file(folder / name)}  {name}\n" for name in names if name != SUMS]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", errors="surrogateescape")


def check_checksums(folder: Path, sums: str = SUMS) -> list[str]:
    """What is wrong with the files that SHA256SUMS, or another such file, lists; empty where all is well."""
    try:
        lines = (folder / sums).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError as error:
        return [f"{folder / sums} can't be read: {error}"]
    problems = [] if lines else [f"{folder / sums} is empty"]
    for line in lines:
        match = LINE.fullmatch(line)
        if match is None or ".." in Path(match[2]).parts or Path(match[2]).is_absolute():
            problems.append(f"{folder / sums} has a line that is no checksum: {line[:80]!a}")
        elif not (folder / match[2]).is_file():
            problems.append(f"{folder / match[2]} is missing")
        elif hash_file(folder / match[2]) != match[1]:
            problems.append(f"{folder / match[2]} is damaged: its SHA-256 is another one than {sums} says")
    return problems
