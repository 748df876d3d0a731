"""One frozen Settings object, read once from `antigravity.toml` and the environment.

Pydantic does the typing and the overrides (`ANTIGRAVITY_SECTION__KEY`); this module adds what an operator needs: an error
that names the key, its line in the file, and what would be allowed.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as OverrideError

from pipeline.errors import SettingsError


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SiteSettings(Section):
    """How the site presents itself."""

    title: str = Field(
        "Antigravity Q&A", min_length=1, max_length=80, description="Name of the site, shown on every page."
    )
    base_url: str = Field(
        "",
        pattern=r"^$|^https?://[^\s]+/$",
        description="Public address, ending in `/`; feeds and the sitemap need it.",
    )
    id_prefix: str = Field(
        "AG", pattern=r"^[A-Z]{2,8}$", description="First part of every archive id. Never change it later."
    )
    repository_url: str = Field(
        "", pattern=r"^$|^https?://[^\s]+[^/\s]$", description="Where questions are proposed; no slash at the end."
    )
    disclaimer: str = Field(
        "This is a research aid — not a peer review. Verify sources before citing.",
        min_length=1,
        description="The last line of every page.",
    )


class ArchiveSettings(Section):
    """Where the archive keeps what it must never lose."""

    database: Path = Field(Path("archive/archive.duckdb"), description="The DuckDB file.")
    ledger: Path = Field(Path("archive/ids.csv"), description="The append-only list of archive ids. Back it up.")


class SourceSettings(Section):
    """One `[[sources]]` entry."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,30}$",
        description="Name of the source; with the source's own id it identifies a preprint for ever.",
    )
    kind: Literal["jsonl"] = Field(description="`jsonl`: JSON lines in the shape of arXiv's bulk snapshot.")
    path: Path = Field(description="The file: plain, `.gz` or `.zst`; relative to the settings file.")


class EmbedSettings(Section):
    """The encoder that turns preprints and questions into vectors."""

    model: str = Field(
        "box:all-MiniLM-L6-v2", description="`box:all-MiniLM-L6-v2`, or the folder of a sentence-transformers model."
    )
    batch_size: int = Field(32, ge=1, le=1024, description="Texts per forward pass.")
    max_tokens: int = Field(256, ge=16, le=8192, description="Tokens of title and abstract that the encoder reads.")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        description="`auto`: bfloat16 on processors that have it (cosine to float32 at least 0.9999), else float32.",
    )


class RetrieveSettings(Section):
    """How preprints are found for a question."""

    passages: int = Field(8, ge=1, le=20, description="Preprints per question.")
    candidates: int = Field(100, ge=8, le=1000, description="Preprints that each leg hands to the fusion.")
    lexical_weight: float = Field(1.0, ge=0, le=10, description="Weight of the BM25 leg in the fusion.")
    dense_weight: float = Field(1.0, ge=0, le=10, description="Weight of the cosine leg in the fusion.")


class AnswerSettings(Section):
    """The language model that writes drafts."""

    model: str = Field(
        "box:SmolLM2-135M-Instruct", description="`box:SmolLM2-135M-Instruct`, or the path of a GGUF file."
    )
    name: str = Field("", description="Name shown as `Answered by`; taken from the model where empty.")
    context_tokens: int = Field(4096, ge=1024, le=131072, description="Size of the model's context.")
    max_tokens: int = Field(400, ge=64, le=4096, description="Tokens a draft may have.")
    threads: int = Field(
        0,
        ge=0,
        le=256,
        description="Threads; 0 leaves it to llama.cpp. More than there are idle processors makes it many times slower.",
    )
    seed: int = Field(7, ge=0, description="Seed of the sampler; drafts are sampled at temperature 0.")
    batch: int = Field(8, ge=1, le=64, description="Questions handed to the engine, and committed, at a time.")


class VerifySettings(Section):
    """What a sentence of the model must pass to be published."""

    min_coverage: float = Field(
        0.85, ge=0, le=1, description="Share of a sentence's weighty words that one cited evidence sentence must hold."
    )
    min_similarity: float = Field(0.6, ge=0, le=1, description="Cosine between a sentence and its evidence.")


class RenderSettings(Section):
    """The built site."""

    output: Path = Field(Path("output"), description="Folder of the site; replaced in one step.")
    templates: Path = Field(Path("site_templates"), description="Folder of the templates.")
    theme: Literal["auto", "light", "dark"] = Field("auto", description="`auto` follows the reader's system.")
    search: bool = Field(True, description="Build the full-text search with Pagefind.")


class QuestionSettings(Section):
    """The curated questions."""

    folder: Path = Field(Path("questions"), description="Folder with one Markdown file per question, and topics.toml.")


class RunSettings(Section):
    """The night as a whole."""

    retries: int = Field(2, ge=0, le=10, description="Times a step is tried again where that may help.")
    retry_delay_seconds: int = Field(10, ge=0, le=3600, description="Pause before a retry.")


class Settings(BaseSettings):
    """Everything an operator can set; every path is absolute once loaded."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="ANTIGRAVITY_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    site: SiteSettings = SiteSettings()
    archive: ArchiveSettings = ArchiveSettings()
    sources: Annotated[tuple[SourceSettings, ...], Field(min_length=1)]
    embed: EmbedSettings = EmbedSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    answer: AnswerSettings = AnswerSettings()
    verify: VerifySettings = VerifySettings()
    render: RenderSettings = RenderSettings()
    questions: QuestionSettings = QuestionSettings()
    run: RunSettings = RunSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings  # the environment overrides the file


PATH_KEYS = (
    ("archive", "database"),
    ("archive", "ledger"),
    ("render", "output"),
    ("render", "templates"),
    ("questions", "folder"),
)


def read_settings(file: Path) -> Settings:
    """Read the settings file and the environment.

    Raises SettingsError naming the file, line and key, and what is allowed.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{file}: can't read the settings: {error.strerror}",
            "name the file with --config, or run in the folder that has antigravity.toml",
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: not UTF-8 at byte {error.start}", "save the file as UTF-8") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not valid TOML: {error}", "mend that line; the format is at toml.io") from error
    _refuse_unknown_overrides(os.environ)
    try:
        settings = Settings(**raw)
    except OverrideError as error:
        raise SettingsError(
            f"{file} and the environment: {error}",
            "write an override of a whole section as JSON, or name one key of it",
        ) from error
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(file, text, raw, one) for one in _causes(error.errors()))) from error
    names = [source.name for source in settings.sources]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SettingsError(
            f"{file}: two sources are named {', '.join(sorted(twice))}", "give each [[sources]] entry its own name"
        )
    return _with_absolute_paths(settings, file.resolve().parent)


def _refuse_unknown_overrides(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a variable that looks like an override and names no section: a typo must not pass."""
    sections = [name.upper() for name in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith("ANTIGRAVITY_") and name.removeprefix("ANTIGRAVITY_").split("__")[0].upper() not in sections:
            raise SettingsError(
                f"{name} (environment): no such section",
                f"unset it, or write ANTIGRAVITY_SECTION__KEY with one of: {', '.join(sections)}",
            )


def _causes(problems: Sequence[Any]) -> list[Any]:
    """The problems without those that only follow from another: no source is left where each one is wrong."""
    inner = {problem["loc"][0] for problem in problems if len(problem["loc"]) > 1}
    return [problem for problem in problems if len(problem["loc"]) > 1 or problem["loc"][0] not in inner]


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    updates: dict[str, Any] = {}
    for section, key in PATH_KEYS:
        part = updates.get(section, getattr(settings, section))
        updates[section] = part.model_copy(update={key: base / getattr(part, key)})
    updates["sources"] = tuple(source.model_copy(update={"path": base / source.path}) for source in settings.sources)
    for section in ("embed", "answer"):
        part = getattr(settings, section)
        if not part.model.startswith("box:"):
            updates[section] = part.model_copy(update={"model": str(base / part.model)})
    return settings.model_copy(update=updates)


def _explain(file: Path, text: str, raw: dict[str, Any], problem: Any) -> str:
    """One line for one problem: where it is, what is wrong, what would be right."""
    keys = [str(part) for part in problem["loc"]]
    name = ".".join(keys)
    in_file = _holds(raw, problem["loc"])
    variable = f"ANTIGRAVITY_{'__'.join(keys).upper()}"
    where = f"{file}:{_line_of(text, keys)}" if in_file or problem["type"] == "missing" else f"{variable} (environment)"
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown key {name}\n  → remove it, or use one of: {', '.join(_siblings(problem['loc']))}"
    if problem["type"] == "missing":
        return f"{where}: {name} is missing\n  → add it"
    return f"{where}: {name} = {problem['input']!r}: {problem['msg']}"


def _holds(raw: Any, keys: tuple[Any, ...]) -> bool:
    for key in keys:
        try:
            raw = raw[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _siblings(keys: tuple[Any, ...]) -> list[str]:
    if len(keys) == 1:
        return list(Settings.model_fields)
    if keys[0] == "sources":
        return list(SourceSettings.model_fields)
    section = Settings.model_fields[str(keys[0])].annotation
    return list(section.model_fields) if isinstance(section, type) and issubclass(section, BaseModel) else []


def _line_of(text: str, keys: list[str]) -> int:
    """Line of a key in TOML text; of its table where the key itself is not there."""
    table, wanted = keys[0], keys[-1]
    nth = int(keys[1]) + 1 if len(keys) > 1 and keys[1].isdigit() else 1
    found, seen, inside = 1, 0, False
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
            seen += header[1] == table
            inside = header[1] == table and seen == nth
            found = number if inside else found
        elif (inside or (len(keys) == 1 and not seen)) and re.match(rf"\s*[\"']?{re.escape(wanted)}[\"']?\s*=", line):
            return number
    return found
