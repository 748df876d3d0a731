"""How long work shows that it goes on."""

import pytest

from pipeline.progress import LINE_EVERY_SECONDS, Progress, _Lines, shown, silent


def test_silence_is_progress_too(capsys: pytest.CaptureFixture[str]) -> None:
    progress: Progress = silent
    progress("embed", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_short_work_prints_nothing_and_stdout_is_left_to_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with shown() as progress:
        progress("embed", 1, 2)
        progress("embed", 2, 2)
    assert capsys.readouterr() == ("", "")


def test_long_work_prints_a_line_now_and_then_each_kind_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0, 2, LINE_EVERY_SECONDS, LINE_EVERY_SECONDS + 1, LINE_EVERY_SECONDS + 1, 2 * LINE_EVERY_SECONDS])
    lines = _Lines(lambda: next(moments))
    for label, done in (("embed", 1), ("answer", 1), ("embed", 1500), ("embed", 1600), ("answer", 2), ("embed", 1700)):
        lines(label, done, 2000)
    assert capsys.readouterr() == ("", "embed: 1,500 of 2,000\nembed: 1,700 of 2,000\n")
