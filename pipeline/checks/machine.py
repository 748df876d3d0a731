"""Is this machine fit to run a night: what is there, what is missing, and how to mend it. [edge]"""

import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from pipeline.answer.engines.capacity import capacity
from pipeline.answer.engines.gguf import CPUINFO, has_amx
from pipeline.answer.engines.llama_cpp import model_file
from pipeline.checks.finding import Finding, found, settle
from pipeline.embed.encoder import encoder_name
from pipeline.errors import SettingsError
from pipeline.hashes import file_sha256
from pipeline.ids import RESTORE, empty_mark, read_entries
from pipeline.models.catalogue import Entry, find_entry
from pipeline.models.folder import check_files, machine_memory
from pipeline.night import open_engine, open_judge
from pipeline.questions import read_questions
from pipeline.retrieve.reranker import open_reranker
from pipeline.settings import Settings, read_settings
from pipeline.spelling import counted
from pipeline.store.database import connect, pending_migrations, released_migrations
from pipeline.store.dumps import schema_version

LOCK = Path(__file__).parents[2] / "constraints.txt"
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)")
FREE = 1_000_000_000
"""Bytes of disk that a night should find free, beside three times the database: the copy of a migration, a backup, the dumps."""
COMPILERS = ("cc", "gcc", "clang")
FIRST_DAY = date(2025, 1, 1)
"""No clock that is right shows an earlier day."""


def check_machine(config: Path, now: datetime) -> list[Finding]:
    """Every finding, in a fixed order. Settings that can't be read are the first and only one."""
    try:
        settings = read_settings(config)
    except SettingsError as error:
        return [Finding("settings", False, error.what, error.mend or "mend the line that is named")]
    checks: dict[str, Callable[[], Finding]] = {
        "processor": lambda: check_processor(CPUINFO),
        "memory": lambda: check_memory(settings, machine_memory()),
        "disk": lambda: check_disk(settings),
        "compiler": check_compiler,
        "versions": lambda: check_versions(LOCK),
        "encoder": lambda: check_encoder(settings),
        "model": lambda: check_model(settings),
        "reranker": lambda: check_reranker(settings),
        "judge": lambda: check_judge(settings),
        "database": lambda: check_database(settings),
        "ledger": lambda: check_ledger(settings),
        "clock": lambda: check_clock(settings, now),
        "folders": lambda: check_folders(settings),
        "sources": lambda: check_sources(settings),
        "questions": lambda: check_questions(settings),
        "prefect": lambda: check_prefect(settings),
    }
    well = Finding("settings", True, f"{config} can be read")
    return [well, *(settle(name, check) for name, check in checks.items())]


def check_processor(cpuinfo: Path) -> Finding:
    """Never a hindrance: llama.cpp is built for the processor that it runs on."""
    flags = cpuinfo.read_text(encoding="ascii", errors="replace") if cpuinfo.is_file() else ""
    fast = [
        name for flag, name in (("avx2", "AVX2"), ("avx512f", "AVX-512"), ("avx512_bf16", "bfloat16")) if flag in flags
    ]
    amx = "; it has AMX, whose kernels stay off since llama.cpp crashes with them" if has_amx(cpuinfo) else ""
    return Finding("processor", True, (", ".join(fast) or "no known extensions; answering may be slow") + amx)


def check_memory(settings: Settings, memory: int) -> Finding:
    """Whether the model fits with the keys and values of all drafts that are written at a time."""
    answer, entry = settings.answer, find_entry(settings.answer.model)
    told = f"{memory / 1e9:.1f} GB of memory" if memory else "the system does not tell"
    if not entry or not entry.token_memory or answer.engine != "llama_cpp":
        return Finding("memory", True, told)
    room = capacity(answer.parallel, answer.context_tokens, answer.max_tokens, entry.token_memory, memory)
    needed = entry.memory + room.tokens * entry.token_memory  # the catalogue's holds the context of one long prompt
    if memory:
        told += f", and the model takes {needed / 1e9:.1f} GB to write {room.slots} drafts at a time"
    if memory and needed > memory:
        mend = "name a smaller model in answer.model (antigravity model list), or lower answer.parallel"
        return Finding("memory", False, told, mend)
    return Finding("memory", True, told)


def check_disk(settings: Settings) -> Finding:
    database = settings.archive.database
    needed = FREE + 3 * (database.stat().st_size if database.is_file() else 0)
    places = {_existing(path.parent) for path in (database, settings.render.output)}
    free = {place: shutil.disk_usage(place).free for place in places}
    short = [f"{place} has {size / 1e9:.1f} GB free" for place, size in sorted(free.items()) if size < needed]
    well = f"{min(free.values()) / 1e9:.1f} GB free"
    return found("disk", short, well, f"make room: {needed / 1e9:.1f} GB should be free")


def check_compiler() -> Finding:
    """Needed to set up, not to run."""
    compiler = next((path for name in COMPILERS if (path := shutil.which(name))), None)
    if find_spec("llama_cpp") is None:
        told = f"llama.cpp is not installed, and {compiler or 'no compiler'} is here to build it"
        return Finding(
            "compiler", False, told, "run make setup" if compiler else "install a C/C++ compiler, then make setup"
        )
    return Finding(
        "compiler", True, f"llama.cpp is installed; {compiler or 'no compiler (needed for the next set-up only)'}"
    )


def check_versions(lock: Path) -> Finding:
    """What is installed is what the lock says."""
    if not lock.is_file():
        return Finding("versions", True, "no constraints.txt beside this installation to compare with")
    problems = []
    pins = [match for line in lock.read_text(encoding="utf-8").splitlines() if (match := PIN.fullmatch(line))]
    for match in pins:
        try:
            version = metadata.version(match[1])
        except metadata.PackageNotFoundError:
            continue  # a test tool, or one for another system
        if _without_zeros(version.partition("+")[0]) != _without_zeros(match[2]):
            problems.append(f"{match[1]} is {version}, and the lock says {match[2]}")
    return found("versions", problems, f"what is installed is what the lock says ({len(pins)} lines)", "run make setup")


def _without_zeros(version: str) -> str:
    """`4.004` and `4.4` are one version: some tools write it in one way, some in the other."""
    return re.sub(r"\b0+(?=\d)", "", version)


def check_encoder(settings: Settings) -> Finding:
    name = encoder_name(settings.embed)
    return _check_entry("encoder", find_entry(settings.embed.model), settings) or Finding("encoder", True, name)


def check_model(settings: Settings) -> Finding:
    answer = settings.answer
    if answer.engine == "openai":
        return Finding("model", True, f"{answer.model}, served at {answer.base_url}; the server was not asked")
    file = model_file(answer)
    with file.open("rb") as start:
        if start.read(4) != b"GGUF":
            return Finding("model", False, f"{file} is no GGUF file", "name the file of a model in answer.model")
    entry = _check_entry("model", find_entry(answer.model), settings)
    return entry or Finding("model", True, f"{file}, SHA-256 {file_sha256(file)}; not in the catalogue")


def check_reranker(settings: Settings) -> Finding:
    name = settings.retrieve.reranker
    if not name:
        return Finding("reranker", True, "none is named")
    if entry := _check_entry("reranker", find_entry(name), settings):
        return entry
    made = open_reranker(settings.retrieve, settings.answer.models, lambda: open_engine(settings.answer))
    return Finding("reranker", True, made.name if made else "none is named")


def check_judge(settings: Settings) -> Finding:
    """It is asked where sentences in other words are published."""
    name = settings.verify.judge
    if not settings.verify.paraphrases or name == "none":
        return Finding("judge", True, "none is asked")
    if entry := _check_entry("judge", find_entry(name), settings):
        return entry
    made = open_judge(settings.verify, open_engine(settings.answer), settings.answer.models)
    return Finding("judge", True, made.name if made else "none is asked, since the model was not measured as one")


def _check_entry(name: str, entry: Entry | None, settings: Settings) -> Finding | None:
    """Compare the files of a model of the catalogue; None for another one."""
    if entry is None:
        return None
    checks = check_files(entry, settings.answer.models)
    bad = [check for check in checks if not check.ok]
    well = f"{entry.name}, {counted(len(checks), 'file')} with the SHA-256 of the catalogue"
    return found(name, [check.detail for check in bad], well, bad[0].mend if bad else "")


def check_database(settings: Settings) -> Finding:
    database = settings.archive.database
    if database.exists() and not database.is_file():
        return Finding("database", False, f"{database} is a folder", "name a file in archive.database")
    if not database.is_file():
        return Finding("database", True, f"{database} is not there yet; the first night makes it")
    with connect(database) as connection:
        pending = pending_migrations(connection, released_migrations())
    if pending:
        detail = f"{database} is of an older version; the next command brings it up to date, on a copy first"
        return Finding("database", True, detail)
    return Finding("database", True, f"{database}, schema {schema_version()}, {database.stat().st_size / 1e6:,.1f} MB")


def check_ledger(settings: Settings) -> Finding:
    ledger = settings.archive.ledger
    if not ledger.is_file():
        if settings.archive.database.is_file():
            return Finding("ledger", False, f"{ledger} is not there, and the database is", RESTORE)
        return Finding("ledger", True, f"{ledger} is not there yet; the first night makes it")
    entries, _ = read_entries(ledger, empty_mark(), settings.site.id_prefix)
    return Finding("ledger", True, f"{ledger}, {entries.num_rows:,} ids")


def check_clock(settings: Settings, now: datetime) -> Finding:
    """Days go into ids and revisions, so a clock must not go backwards."""
    newest = FIRST_DAY
    if settings.archive.ledger.is_file():
        entries, _ = read_entries(settings.archive.ledger, empty_mark(), settings.site.id_prefix)
        days = entries.column("assigned").to_pylist()
        newest = max(newest, date.fromisoformat(max(days))) if days else newest
    if now.date() < newest:
        return Finding(
            "clock", False, f"it shows {now:%Y-%m-%d}, and ids were given on {newest}", "set the clock: timedatectl"
        )
    return Finding("clock", True, f"{now:%Y-%m-%d %H:%M} UTC")


def check_folders(settings: Settings) -> Finding:
    """Every folder that a night writes to, or the nearest one above it that is there."""
    archive = settings.archive
    wanted = (archive.database.parent, archive.ledger.parent, archive.raw, settings.render.output.parent)
    places = dict.fromkeys(_existing(folder) for folder in wanted)
    problems = [problem for place in places if (problem := _write_problem(place))]
    return found(
        "folders", problems, "every folder can be written to", "give the folder to the user who runs the night"
    )


def _write_problem(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return f"{folder} can't be written to: {error.strerror}"


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def check_sources(settings: Settings) -> Finding:
    files = [(one.name, path) for one in settings.sources if (path := getattr(one, "path", None))]
    gone = [f"source {name}: {path} is not there" for name, path in files if not Path(path).exists()]
    return found(
        "sources", gone, counted(len(settings.sources), "source"), "mend the path in [[sources]], or fetch the file"
    )


def check_questions(settings: Settings) -> Finding:
    questions, problems = read_questions(settings.questions.folder)
    bad = [f"{one.file}:{one.line}: {one.message}" for one in problems if one.severity == "error"]
    active = sum(one.status == "active" for one in questions)
    return found(
        "questions", bad, counted(active, "active question"), "antigravity questions check tells how to mend each"
    )


def check_prefect(settings: Settings) -> Finding:
    home = settings.archive.database.parent / "prefect"
    if find_spec("prefect") is None:
        return Finding("prefect", False, "Prefect is not installed", "run make setup")
    if problem := _write_problem(_existing(home)):
        return Finding("prefect", False, problem, "give the folder to the user who runs the night")
    return Finding("prefect", True, f"Prefect {metadata.version('prefect')}, home {home}")
