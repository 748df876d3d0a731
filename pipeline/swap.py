"""Put a folder or a file in the place of another in one step, so that nobody ever sees half of either. [edge]"""

import shutil
import sys
from pathlib import Path

from pipeline.errors import SiteError


def swap_folders(aside: Path, target: Path) -> None:
    """Put `aside` in the place of `target`: one system call on Linux, two renames elsewhere. What was there may stay in `aside`.

    Both lie on the same disk. Raises SiteError where `target` is a mount point.
    """
    if not target.exists():
        aside.rename(target)
        return
    if sys.platform == "linux":
        import renameat2

        try:
            renameat2.exchange(aside, target)
            return
        except OSError as error:
            if target.is_mount():
                raise SiteError(
                    f"{target} is a mount point, so it can't be swapped in one step: {error}",
                    "name a folder inside it",
                ) from error
    old = target.parent / f".{target.name}.old"
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def write_aside(path: Path, text: str) -> None:
    """Write beside the file, then rename: a reader sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
