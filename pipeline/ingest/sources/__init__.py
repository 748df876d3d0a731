"""Every kind of source by its word in the settings: a new one is a module here and a line below (docs/sources.md)."""

from pipeline.ingest.source import SourceSettings
from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings
from pipeline.ingest.sources.biorxiv import BiorxivSettings, MedrxivSettings
from pipeline.ingest.sources.jsonl import ArxivSnapshotSettings, JsonlSettings
from pipeline.ingest.sources.oai_folder import OaiFolderSettings
from pipeline.ingest.sources.osf import OsfSettings

KINDS: dict[str, type[SourceSettings]] = {
    "arxiv-oai": ArxivOaiSettings,
    "arxiv-snapshot": ArxivSnapshotSettings,
    "biorxiv": BiorxivSettings,
    "medrxiv": MedrxivSettings,
    "oai-folder": OaiFolderSettings,
    "osf": OsfSettings,
    "jsonl": JsonlSettings,
}
