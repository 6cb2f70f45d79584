"""Embeddings of test pictures, remembered by content: the same pixels are looked at once.

dlib takes a third of a second for a picture, and a benchmark that is run again sees the same
truths and mostly the same results. What is remembered lies in the user's cache
(`fhgui.paths.user_cache`): digests of pixels and 128 numbers each, of test pictures only; evidence
never goes through here. Without a cache that can be written everything is computed again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import numpy as np

from fhgui import paths
from fhgui.core.arrays import Floats, Pixels
from fhgui.evaluation import identity

FILE = "embeddings.sqlite"
RECIPE = 1
"""To be raised when `fhgui.evaluation.identity` or the detector finds or measures otherwise."""
WAIT_S = 5.0
"""For another benchmark that writes at the moment."""

_TABLE = "CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
_DTYPE = np.dtype("<f8")


class Embeddings:
    """Embeddings of faces by the pixels of their pictures.

    Parameters
    ----------
    file : where they are remembered; None for this run only. By default in the user's cache.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[bytes, Floats | None] = {}
        self._made_by = f"{RECIPE} dlib-bin {version('dlib-bin')}"

    @classmethod
    def of_user(cls) -> Embeddings:
        """Return those that the user's cache remembers."""
        return cls(paths.user_cache() / FILE)

    def of(self, pixels: Pixels) -> Floats | None:
        """Return the 128 numbers of the face in an H×W×3 uint8 picture; None if none is found.

        Raises
        ------
        WeightsError
            If dlib's network is not installed.
        """
        key = self._key(pixels)
        if key not in self._known:
            stored = self._read(key)
            if stored is None:
                self._known[key] = identity.embedding(pixels)
                self._write(key)
            else:
                self._known[key] = stored if stored.size else None
        return self._known[key]

    def _key(self, pixels: Pixels) -> bytes:
        digest = hashlib.sha256(f"{self._made_by} {pixels.shape}".encode())
        digest.update(np.ascontiguousarray(pixels).tobytes())
        return digest.digest()

    def _read(self, key: bytes) -> Floats | None:
        """Return what is remembered: empty for a picture without a face, None for nothing."""
        if self._file is None or not self._file.is_file():
            return None
        try:
            with closing(sqlite3.connect(self._file, timeout=WAIT_S)) as database:
                found = database.execute("SELECT vector FROM embeddings WHERE key = ?", (key,))
                row = found.fetchone()
        except sqlite3.Error:
            return None
        return None if row is None else np.frombuffer(row[0], _DTYPE)

    def _write(self, key: bytes) -> None:
        if self._file is None:
            return
        vector = self._known[key]
        stored = b"" if vector is None else vector.astype(_DTYPE).tobytes()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=WAIT_S)) as database, database:
                database.execute(_TABLE)
                database.execute("INSERT OR REPLACE INTO embeddings VALUES (?, ?)", (key, stored))
        except (OSError, sqlite3.Error):  # it only saves time
            self._file = None
