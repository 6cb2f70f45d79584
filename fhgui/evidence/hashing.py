"""The digest that names a file in every record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from fhgui.evidence.files import check_file, os_errors

BLOCK_BYTES = 1 << 20


def sha256_file(path: Path, on_progress: Callable[[int, int], None] | None = None) -> str:
    """Return the SHA-256 of a file as 64 hex digits; the file is read in blocks of 1 MiB.

    Parameters
    ----------
    path : the file, opened read-only.
    on_progress : called with (bytes done, bytes in all) after every block; what it raises stops
        the work and reaches the caller.

    Raises
    ------
    EvidenceError
        The file cannot be read, or is empty.
    """
    total = check_file(path)
    digest = hashlib.sha256()
    done = 0
    with os_errors(path), path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            done += len(block)
            if on_progress is not None:
                on_progress(done, total)
    return digest.hexdigest()
