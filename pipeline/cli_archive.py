"""`antigravity export`, `backup` and `restore`: the archive as files, and the way back."""

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
      antigravity export --to dumps
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


@click.command()
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help="The file; `backups/antigravity-TIME.tar.zst` beside the database where none is named.",
)
@CONFIG
def backup(target: Path | None, config: Path) -> None:
    """Copy database, ledger, settings and questions into one file, whole at any moment.

    \b
    Example:
      antigravity backup --to monday.tar.zst
    """
    with mendable():
        from datetime import UTC, datetime

        from pipeline.export.backup import backup_name, write_backup
        from pipeline.settings import read_settings

        settings, now = read_settings(config), datetime.now(UTC)
        target = target or settings.archive.database.parent / "backups" / backup_name(now)
        written = write_backup(settings, config, target, now)
        click.echo(f"{written.size:,} bytes in {written.file}. Bring it back: antigravity restore {written.file}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Move an archive that is there aside, instead of refusing.")
@CONFIG
def restore(source: Path, force: bool, config: Path) -> None:
    """Bring an archive back from SOURCE: a backup, or a copy of the folder /data/ of a site.

    Everything is checked before anything is touched; what is in the way is moved aside, never deleted.

    \b
    Examples:
      antigravity restore monday.tar.zst --force
      antigravity restore output/data --force
    """
    with mendable():
        from datetime import UTC, datetime

        from pipeline.export.restore import restore as bring_back
        from pipeline.progress import shown

        with shown() as progress:
            done = bring_back(source, config, datetime.now(UTC), progress, force=force)
        click.echo(f"{done.preprints:,} preprints are back.")
        for moved in done.moved:
            click.echo(f"moved aside: {moved}")
        for note in done.notes:
            click.echo(note)
        click.echo("Look whether all is well: antigravity check. Then build the site: antigravity nightly")
