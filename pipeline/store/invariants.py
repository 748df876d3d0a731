"""What always holds in a database that nobody damaged: one query a rule, `checks/RULE.sql`, each listing what breaks it."""

from importlib import resources

import duckdb

from pipeline.store.database import Connection, read_sql


def rules() -> list[str]:
    """Names of all rules."""
    files = (resources.files("pipeline.store") / "checks").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in files if file.name.endswith(".sql"))


def load_problems(connection: Connection, *, rule: str) -> list[str]:
    """What breaks a rule, in plain words; empty where it holds. A database too damaged to be read breaks every rule."""
    try:
        return [problem for (problem,) in connection.execute(read_sql("checks", rule)).fetchall()]
    except duckdb.Error as error:
        return [f"the database can't be read: {error}"]
