"""What tells whether a file is still the one that was opened, without reading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GONE = "is not there any more"


@dataclass(frozen=True)
class FileState:
    """What tells a file from another one in its place without reading it."""

    size_bytes: int
    modified_ns: int
    node: int


def state_of(path: Path) -> FileState | None:
    """Return the state of a file; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return FileState(found.st_size, found.st_mtime_ns, found.st_ino)
