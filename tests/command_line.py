"""The command line, run within the test, and an archive that the models in the box can work with."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.nights import make_archive


def run(*arguments: str, config: Path | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments, *(["--config", str(config)] if config else [])])


def json_of(*arguments: str, config: Path, exit_code: int = 0) -> Any:
    """The one document on stdout; anything else there would not parse."""
    result = run(*arguments, "--json", config=config)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def box_archive(folder: Path, lines: Sequence[dict[str, Any]]) -> Path:
    config = make_archive(folder, lines)
    text = config.read_text(encoding="utf-8")
    text = text.replace('[embed]\nmodel = "mini"\n[answer]\nmodel = "tiny.gguf"\n', "")
    config.write_text(text, encoding="utf-8")
    return config
