"""What can go wrong and be mended. Anything that is not a PipelineError is a bug and keeps its traceback."""


class PipelineError(Exception):
    """Something that an operator can mend: the message says what was wrong, where, and what to do."""

    retryable = False
    """Whether trying again, with nothing changed, may help."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(f"{what}\n  → {mend}" if mend else what)
        self.what = what
        self.mend = mend


class SettingsError(PipelineError):
    """The settings file or an override is wrong."""


class SourceError(PipelineError):
    """A source of preprints could not be read."""

    retryable = True


class DeferredError(SourceError):
    """The source asked to be left alone for now: everything so far is kept, and the next night goes on from there."""

    retryable = False


class LedgerError(PipelineError):
    """The ledger of archive ids contradicts itself; ids are never guessed."""


class StoreError(PipelineError):
    """The database could not be opened or does not fit this version."""


class BusyError(StoreError):
    """Another process holds the database."""

    retryable = True


class ModelError(PipelineError):
    """A model file is missing or can't be loaded."""


class ServerError(ModelError):
    """A model's server can't be reached, or fails."""

    retryable = True


class QuestionError(PipelineError):
    """A question file that the step needs is wrong."""


class SiteError(PipelineError):
    """The built site failed its check, so the old one stays."""
