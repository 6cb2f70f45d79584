"""The digest of a file, read in blocks with progress."""

import hashlib
from pathlib import Path

import pytest

from fhgui.core.errors import CancelledError, EvidenceError
from fhgui.evidence.hashing import BLOCK_BYTES, sha256_file


def test_digest_and_progress(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10_000
    path = tmp_path / "file"
    path.write_bytes(data)
    seen: list[tuple[int, int]] = []
    digest = sha256_file(path, lambda done, total: seen.append((done, total)))
    assert digest == hashlib.sha256(data).hexdigest() == sha256_file(path)
    assert seen == [(BLOCK_BYTES, len(data)), (2 * BLOCK_BYTES, len(data)), (len(data), len(data))]


def test_progress_can_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(3 * BLOCK_BYTES))
    calls: list[int] = []

    def stop(done: int, total: int) -> None:
        calls.append(done)
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        sha256_file(path, stop)
    assert calls == [BLOCK_BYTES]


def test_empty_files_have_no_digest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(EvidenceError, match="empty"):
        sha256_file(path)
