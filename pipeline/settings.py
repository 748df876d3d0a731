"""One frozen Settings object, read once from `antigravity.toml` and the environment.

Pydantic does the typing and the overrides (`ANTIGRAVITY_SECTION__KEY`); `settings_problems.py` adds what an operator needs: an
error that names the key, its line in the file, and what would be allowed.
"""

import os
from collections.abc import Mapping
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as OverrideError

from pipeline.errors import SettingsError
from pipeline.ingest.source import SourceSettings
from pipeline.ingest.sources import KINDS
from pipeline.settings_file import QuestionSettings, Section, read_document
from pipeline.settings_paths import absolute_paths
from pipeline.settings_problems import explain, line_of


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
    id_prefix: str = Field("AG", pattern=r"^[A-Z]{2,8}$", description="First part of every archive id, for ever.")
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
    raw: Path = Field(Path("archive/raw"), description="Folder of the servers' answers as they came, compressed.")
    raw_days: int = Field(
        30, ge=0, le=36_500, description="Days that those answers are kept, to be read again without the network."
    )
    overrides: Path = Field(
        Path("overrides.toml"),
        description="Your word on what is withdrawn or stands, against its signals; the file may be absent.",
    )


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
    lexical_weight: float = Field(0.125, ge=0, le=10, description="Weight of the BM25 leg in the fusion; 0: left out.")
    dense_weight: float = Field(0.875, ge=0, le=10, description="Weight of the cosine leg in the fusion; 0: left out.")
    same_work: float = Field(
        0.95,
        ge=0,
        le=1,
        description="Cosine from which two preprints count as one work: the better one keeps its place among the "
        "passages, the other goes behind them. 1: never.",
    )
    reranker: str = Field(
        "",
        description="Reads question and candidate together: the folder of a sentence-transformers cross-encoder, a name "
        "that `antigravity model list` shows, or `language-model` for the model of `[answer]`. Empty: none.",
    )
    rerank: int = Field(20, ge=2, le=100, description="Candidates that the reranker sees.")


class AnswerSettings(Section):
    """The language model that writes drafts."""

    engine: Literal["llama_cpp", "openai"] = Field(
        "llama_cpp", description="`llama_cpp`: in this process. `openai`: a server that speaks OpenAI's protocol."
    )
    model: str = Field(
        "box:SmolLM2-135M-Instruct",
        description="A name that `antigravity model list` shows, or the path of a GGUF file; for a server, its name of the model.",
    )
    name: str = Field("", description="Name shown as `Answered by`; taken from the model where empty.")
    models: Path = Field(Path("models"), description="Folder that `antigravity model pull` fills.")
    models_from: str = Field(
        "",
        pattern=r"^$|^https?://[^\s]+$",
        description="Mirror to pull from, instead of each model's own address; `--from` goes before it.",
    )
    base_url: str = Field(
        "", pattern=r"^$|^https?://[^\s]+$", description="Address of the server, such as `http://127.0.0.1:8080/v1`."
    )
    api_key_env: str = Field(
        "", pattern=r"^$|^[A-Za-z_][A-Za-z0-9_]*$", description="Environment variable that holds the server's API key."
    )
    constraint: Literal["grammar", "structured_outputs", "guided_grammar", "json_schema", "none"] = Field(
        "grammar",
        description="How the server is held to the form of a draft: `grammar` for llama.cpp's, `structured_outputs` for "
        "vLLM's (`guided_grammar` before 0.12), `json_schema` for most others.",
    )
    parallel: int = Field(
        0, ge=0, le=256, description="Drafts at a time. 0: up to 16, as memory allows; 4 for a server."
    )
    context_tokens: int = Field(4096, ge=1024, le=131072, description="Tokens that a prompt and its draft may have.")
    max_tokens: int = Field(400, ge=64, le=4096, description="Tokens a draft may have.")
    max_seconds: int = Field(
        300,
        ge=1,
        le=86400,
        description="Seconds a draft may take, of its share where several are written; what is there by then counts.",
    )
    threads: int = Field(
        0, ge=0, le=256, description="0: one a processor. More than are idle make it slower, not faster."
    )
    seed: int = Field(7, ge=0, description="Seed for the server; drafts are sampled at temperature 0.")


class VerifySettings(Section):
    """What a sentence of the model must pass to be published."""

    min_coverage: float = Field(
        0.85, ge=0, le=1, description="Share of a sentence's weighty words that one cited evidence sentence must hold."
    )
    min_similarity: float = Field(0.6, ge=0, le=1, description="Cosine between a sentence and its evidence.")
    paraphrases: bool = Field(False, description="Publish sentences in other words if the judge agrees; not all hold.")
    judge: str = Field(
        "auto",
        min_length=1,
        description="Who is asked about such sentences, and by `eval support`. `auto`: the language model, where the catalogue holds "
        "its threshold; `none`; `language-model`; or an NLI cross-encoder, by its name in the catalogue or its folder.",
    )
    judge_threshold: float = Field(0.0, ge=0, lt=1, description="Its least probability; 0: the catalogue's, else 0.8.")


class RenderSettings(Section):
    """The built site."""

    output: Path = Field(Path("output"), description="Folder of the site; replaced in one step.")
    templates: Path = Field(Path("site_templates"), description="Folder of the templates.")
    overrides: Path | None = Field(
        None,
        description="Folder of a theme: a file in it goes before the one of the same name in `templates`; see `docs/site.md`.",
    )
    theme: Literal["auto", "light", "dark"] = Field("auto", description="`auto` follows the reader's system.")
    figures: Path = Field(
        Path("evaluation/figures.json"),
        description="What `antigravity eval` measured, for the quality page; the file may be absent.",
    )
    search: bool = Field(True, description="Build the full-text search with Pagefind.")
    meaning: bool = Field(
        True,
        description="Let readers search by meaning, in their browser: at most 3 MB that are loaded when they ask for it.",
    )
    zip: bool = Field(True, description="Publish the whole site as one file that reads from a disk, `/data/site.zip`.")
    dumps: bool = Field(True, description="Publish the whole archive as files at `/data/`.")


def _is_prom(path: Path) -> Path:
    if path.suffix != ".prom":
        raise ValueError("its name does not end in .prom, so the collector would pass over it")
    return path


class RunSettings(Section):
    """The night as a whole."""

    retries: int = Field(2, ge=0, le=10, description="Times a step is tried again where that may help.")
    retry_delay_seconds: int = Field(10, ge=0, le=3600, description="Pause before a retry.")
    budget_minutes: int = Field(
        0,
        ge=0,
        le=100_000,
        description="Time for a night; what does not fit waits for the next, the most urgent goes first. Half of it is for "
        "vectors. 0: no limit.",
    )
    report: Path = Field(Path("archive/report.json"), description="File that gets the report of each night as JSON.")
    log: Path | None = Field(
        None,
        description="File that gets a line of JSON for each thing that happens at night; lines are added, never changed.",
    )
    metrics: Annotated[Path, AfterValidator(_is_prom)] | None = Field(
        None, description="File for the textfile collector of Prometheus' node exporter, ending in `.prom`."
    )
    on_failure: tuple[str, ...] = Field(
        (),
        description="Command with its arguments, run without a shell after a night that someone should look at; it gets the "
        "report on stdin.",
    )
    webhook: str = Field(
        "", pattern=r"^$|^https?://[^\s]+$", description="Address that gets the same report as JSON, by POST."
    )
    stale_days: int = Field(
        0, ge=0, le=3650, description="Warn of a source that was not read to its end for so many days. 0: never."
    )


if TYPE_CHECKING:
    AnySource = SourceSettings
else:
    AnySource = Annotated[reduce(or_, KINDS.values()), Field(discriminator="kind")]


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
    sources: Annotated[tuple[AnySource, ...], Field(min_length=1)] = Field(
        description="One `[[sources]]` entry for each source: its name, its kind, and what the kind needs; see docs/sources.md."
    )
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


def read_settings(file: Path) -> Settings:
    """Read the settings file and the environment.

    Raises SettingsError naming the file, line and key, and what is allowed.
    """
    text, raw = read_document(file)
    _refuse_unknown_overrides(os.environ)
    try:
        settings = Settings(**raw)
    except OverrideError as error:
        raise SettingsError(
            f"{file} and the environment: {error}",
            "write an override of a whole section as JSON, or name one key of it",
        ) from error
    except ValidationError as error:
        raise SettingsError("\n".join(explain(error, file, text, raw, Settings))) from error
    names = [source.name for source in settings.sources]
    for number, name in enumerate(names):
        if name in names[:number]:
            line = line_of(text, ["sources", str(number), "name"])
            raise SettingsError(
                f"{file}:{line}: two sources are named {name}", "give each [[sources]] entry its own name"
            )
    return settings.model_copy(update=absolute_paths(settings, file.resolve().parent))


def _refuse_unknown_overrides(environment: Mapping[str, str]) -> None:
    """Raise SettingsError for a variable that looks like an override and names no section: a typo must not pass."""
    sections = [name.upper() for name in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith("ANTIGRAVITY_") and name.removeprefix("ANTIGRAVITY_").split("__")[0].upper() not in sections:
            raise SettingsError(
                f"{name} (environment): no such section",
                f"unset it, or write ANTIGRAVITY_SECTION__KEY with one of: {', '.join(sections)}",
            )
