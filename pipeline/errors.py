"""What can go wrong and be mended. Anything that is not a PipelineError is a bug and keeps its traceback."""

import errno


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


MENDS = {
    errno.ENOSPC: "make room (antigravity doctor tells how much), then run again: what was finished is kept",
    errno.EDQUOT: "make room, or ask for more than the quota of this user, then run again: what was finished is kept",
    errno.EACCES: "give the file and its folder to the user who runs this",
    errno.EPERM: "give the file and its folder to the user who runs this",
    errno.ENOTDIR: "a file stands where a folder is named: name another path",
    errno.EISDIR: "a folder stands where a file is named: name another path",
    errno.EEXIST: "a file stands where a folder is named: name another path, or move it away",
    errno.ENAMETOOLONG: "name a shorter path",
    errno.EROFS: "name a folder that can be written to, or mount this one so that it can",
    errno.EIO: "look at the disk: it could not read or write",
    errno.EMFILE: "let this user open more files at a time: ulimit -n 4096",
    errno.ENFILE: "end other programs: this machine has too many files open",
}
"""What to do where the system refuses; what is not named here is a bug."""


def refusal(error: OSError) -> PipelineError | None:
    """What the system refused, as something to mend; None where it is none of that."""
    if error.errno not in MENDS:
        return None
    place = error.filename or "a file"  # a write tells no name
    return PipelineError(f"{place}: {error.strerror}", MENDS[error.errno])
