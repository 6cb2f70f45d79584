"""SHA-256 of files of any size, in blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from fhgui.core.errors import EvidenceError

BLOCK_BYTES = 1 << 20


def sha256_file(path: Path, on_progress: Callable[[int, int], None] | None = None) -> str:
    """Return the SHA-256 of a file in hex.

    Parameters
    ----------
    on_progress : called after every block with (bytes done, bytes in all); raising stops it.

    Raises
    ------
    EvidenceError
        If the file cannot be read to its end.
    """
    digest = hashlib.sha256()
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
                if on_progress is not None:
                    on_progress(file.tell(), total)
    except OSError as error:
        raise EvidenceError(
            f"cannot be read ({error.strerror})", path=path, hint="check the disk and your rights"
        ) from error
    return digest.hexdigest()
