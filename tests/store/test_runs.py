"""What the runs did, in the database."""

from datetime import datetime

from pipeline.store.database import Connection
from pipeline.store.runs import Run, load_runs, save_run

FIRST, SECOND = datetime(2024, 6, 1, 2, 30), datetime(2024, 6, 2, 2, 30)


def test_a_run_is_kept_as_far_as_it_came_and_the_newest_come_first(connection: Connection) -> None:
    save_run(connection, started=FIRST, report={"steps": [{"name": "ingest", "done": 3}]})
    whole = {"steps": [{"name": "ingest", "done": 3}, {"name": "embed", "done": 3}], "note": "café"}
    save_run(connection, started=FIRST, report=whole)
    save_run(connection, started=SECOND, report={"steps": []})
    assert load_runs(connection, limit=9) == (Run(SECOND, {"steps": []}), Run(FIRST, whole))
    assert load_runs(connection, limit=1) == (Run(SECOND, {"steps": []}),)
