"""`antigravity doctor` and `antigravity check`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json

if TYPE_CHECKING:
    from pipeline.checks.finding import Finding


@click.command()
@CONFIG
@JSON
def doctor(config: Path, as_json: bool) -> None:
    """Is this machine fit: processor, memory, disk, models, database, ledger, versions, folders. Exit 1 where it is not.

    \b
    Example:
      antigravity doctor
    """
    with mendable(keeps=False):
        from datetime import UTC, datetime

        from pipeline.checks.machine import check_machine

        _tell(check_machine(config, datetime.now(UTC)), as_json)


@click.command()
@CONFIG
@JSON
def check(config: Path, as_json: bool) -> None:
    """Is this archive whole: database, ledger, site, links, feeds, dumps. Exit 1 where it is not.

    \b
    Example:
      antigravity check --json
    """
    with mendable(keeps=False):
        from pipeline.checks.archive import check_archive
        from pipeline.progress import shown
        from pipeline.settings import read_settings

        settings = read_settings(config)
        with shown() as progress:
            findings = check_archive(settings, progress)
        _tell(findings, as_json)


def _tell(findings: "Sequence[Finding]", as_json: bool) -> None:
    """Print the findings, and exit 1 where one is not well."""
    if as_json:
        print_json([asdict(one) for one in findings])
    else:
        width = max(len(one.name) for one in findings)
        for one in findings:
            click.echo(f"{'ok ' if one.ok else 'BAD'}  {one.name:<{width}}  {one.detail}", err=not one.ok)
            if not one.ok:
                click.echo(f"{'':<{width + 5}}→ {one.mend}", err=True)
    if not all(one.ok for one in findings):
        raise SystemExit(1)
