"""`antigravity export`: the archive as files."""

from pathlib import Path

import click

from pipeline.cli_parts import CONFIG, mendable


@click.command()
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help="Folder of the dumps; `dumps` beside the database where none is named. Earlier dumps there are replaced.",
)
@CONFIG
def export(target: Path | None, config: Path) -> None:
    """Write the whole archive as Parquet, JSON lines and CSV, with checksums and a data dictionary.

    \b
    Example:
      antigravity export --to /srv/dumps
    """
    with mendable():
        from pipeline.export.dumps import export as write
        from pipeline.settings import read_settings
        from pipeline.store.database import open_database

        settings = read_settings(config)
        with open_database(settings.archive.database) as connection:
            written = write(connection, settings, target or settings.archive.database.parent / "dumps")
        for file in written.files:
            click.echo(f"{file.size:>14,}  {file.name}")
        click.echo(f"Everything is in {written.folder}; README.md there tells what each file holds.")
