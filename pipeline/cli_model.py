"""`antigravity model`: the models that settings can name by name."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json

if TYPE_CHECKING:
    from pipeline.models.catalogue import Entry


@click.group()
def model() -> None:
    """The models that settings can name: list, pull, verify.

    \b
    Example:
      antigravity model list
    """


@model.command("list")
@CONFIG
@JSON
def model_list(config: Path, as_json: bool) -> None:
    """Show the catalogue: what is here, how large it is, its licence, and whether this machine's memory holds it.

    \b
    Example:
      antigravity model list
    """
    with mendable(keeps=False):
        from pipeline.models.catalogue import read_catalogue
        from pipeline.models.folder import machine_memory
        from pipeline.settings import read_settings

        models, memory = read_settings(config).answer.models, machine_memory()
        rows = [_row(entry, models, memory) for entry in read_catalogue()]
        if as_json:
            print_json(rows)
            return
        width = max(len(row["name"]) for row in rows)
        click.echo(f"{'name':<{width}}  {'kind':<8}  {'state':<8}{'size':>9}{'memory':>9}  licence")
        for row in rows:
            mark = "" if row["fits"] else "  (more than this machine has)"
            click.echo(
                f"{row['name']:<{width}}  {row['kind']:<8}  {row['state']:<8}"
                f"{_gigabytes(row['size']):>9}{_gigabytes(row['memory']):>9}  {row['licence']}{mark}"
            )
        if memory:
            click.echo(f"\nThis machine has {_gigabytes(memory)} of memory. Pulled models lie in {models}.")


@model.command("pull")
@click.argument("name")
@click.option("--from", "base", default="", metavar="URL", help="A mirror: the address below which the files lie.")
@CONFIG
def model_pull(name: str, base: str, config: Path) -> None:
    """Bring the model NAME into the folder of models, and check it. The one command of these that needs the network.

    A pull that breaks off goes on where it was at the next one. A file that is not what the catalogue says is refused.

    \b
    Example:
      antigravity model pull qwen3-4b-instruct-2507
      antigravity model pull qwen3-4b-instruct-2507 --from https://mirror.example.org/models
    """
    with mendable():
        from pipeline.models.catalogue import require_entry
        from pipeline.models.pull import pull_model
        from pipeline.progress import shown
        from pipeline.settings import read_settings

        settings, entry = read_settings(config).answer, require_entry(name)
        with shown() as progress:
            pulled = pull_model(entry, settings.models, base or settings.models_from, progress)
        for path in pulled:
            click.echo(f"{path}: checked")
        if not pulled:
            click.echo(f"{entry.name} is here already, and is what the catalogue says.")


@model.command("verify")
@click.argument("names", nargs=-1)
@CONFIG
@JSON
def model_verify(names: tuple[str, ...], config: Path, as_json: bool) -> None:
    """Read the files of the models NAMES (of all that are here where none is named) and compare their SHA-256.

    Exit 1 where one is missing or has another content.

    \b
    Example:
      antigravity model verify
    """
    with mendable(keeps=False):
        from pipeline.models.catalogue import read_catalogue, require_entry
        from pipeline.models.folder import check_files, is_begun
        from pipeline.progress import shown
        from pipeline.settings import read_settings

        models = read_settings(config).answer.models
        entries = [require_entry(name) for name in names] or [
            entry for entry in read_catalogue() if is_begun(entry, models)
        ]
        total, read = sum(entry.size for entry in entries), 0
        with shown() as progress:

            def tell(count: int) -> None:
                nonlocal read
                read += count
                progress("verify", read, max(total, read))

            checks = [check for entry in entries for check in check_files(entry, models, tell)]
        if as_json:
            print_json([asdict(check) for check in checks])
        else:
            for check in checks:
                click.echo(
                    f"{'ok ' if check.ok else 'BAD'}  {check.model}  {check.file}  {check.detail}", err=not check.ok
                )
                if not check.ok:
                    click.echo(f"  → {check.mend}", err=True)
        if not all(check.ok for check in checks):
            raise SystemExit(1)


def _row(entry: "Entry", models: Path, memory: int) -> dict[str, Any]:
    from pipeline.models.folder import is_begun, is_here

    return {
        "name": entry.name,
        "kind": entry.kind,
        "state": "here" if is_here(entry, models) else "begun" if is_begun(entry, models) else "absent",
        "size": entry.size,
        "memory": entry.memory,
        "fits": not memory or entry.memory <= memory,
        "licence": entry.licence,
        "context_tokens": entry.context_tokens,
        "chat_template": entry.chat_template,
        "judge_threshold": entry.judge_threshold,
        "source": entry.source,
        "note": entry.note,
    }


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"
