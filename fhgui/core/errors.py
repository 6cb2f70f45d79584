"""One exception root: each message says what happened, to which file, and what to do."""

from __future__ import annotations

from pathlib import Path

from fhgui.core.text import LONGEST, visible


class FhguiError(Exception):
    """Base of every error that a user may see.

    Parameters
    ----------
    what : what happened, one clause without a full stop.
    path : the file or folder it happened to, if any.
    hint : what the user can do about it, one clause without a full stop.
    """

    def __init__(self, what: str, *, path: Path | str | None = None, hint: str = "") -> None:
        self.what = what
        self.path = None if path is None else Path(path)
        self.hint = hint
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Return the whole message on one line, e.g. ``cannot read o.png: empty file; …``."""
        where = "" if self.path is None else f"{visible(str(self.path))}: "
        what_to_do = f"; {self.hint}" if self.hint else ""
        return visible(" ".join(f"{where}{self.what}{what_to_do}".split()), 4 * LONGEST)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process border with its fields intact."""
        return _rebuild, (type(self), self.what, self.path, self.hint)


class EvidenceError(FhguiError):
    """A source file cannot be opened, read or trusted."""


class InputError(FhguiError):
    """The user asked for something that makes no sense for this input (box, landmarks, frame)."""


class InadequateError(FhguiError):
    """The evidence holds too little of a face; going on all the same needs a typed reason."""


class NoFaceError(FhguiError):
    """No face was found where one was looked for."""


class MethodError(FhguiError):
    """A method is unknown, wrongly configured, or failed while it ran."""


class WeightsError(FhguiError):
    """Weights or a gallery are missing, damaged, or belong to another method."""


class RecordError(FhguiError):
    """A record cannot be read, or does not say what it must."""


class OutputError(FhguiError):
    """A result cannot be written."""


class SigningError(FhguiError):
    """A key, a certificate or a passphrase cannot be used to sign."""


class CancelledError(FhguiError):
    """The user stopped the work."""


def _rebuild(kind: type[FhguiError], what: str, path: Path | None, hint: str) -> FhguiError:
    return kind(what, path=path, hint=hint)
