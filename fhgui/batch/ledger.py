"""What a batch remembers beside its results: which faces each file holds, and its rows.

Only the process that was called writes here. It may be killed at any time; SQLite keeps what was
committed. If the file is lost, files are looked at once more, and no result is.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout

from fhgui.batch.listing import LEDGER
from fhgui.batch.looking import Look, Subject
from fhgui.batch.running import Row
from fhgui.core.errors import FhguiError, OutputError
from fhgui.core.face import Box, DetectedFace, FoundBy
from fhgui.plain import json_value
from fhgui.provenance import durable

LOCK = ".lock"
COMMIT_S = 1.0
"""What a kill may cost: looks of so many seconds; results never."""

_TABLES = """
CREATE TABLE IF NOT EXISTS looks (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rows (number INTEGER PRIMARY KEY, value TEXT NOT NULL);
DELETE FROM rows;
"""


class Ledger:
    """The ledger of one batch; see `opened`."""

    def __init__(self, database: sqlite3.Connection, file: Path) -> None:
        self._database, self._file = database, file
        self._committed_s = time.monotonic()

    @classmethod
    @contextmanager
    def opened(cls, out: Path) -> Iterator[Self]:
        """Open (or begin) the ledger of an output folder, for one process at a time.

        Raises
        ------
        OutputError
            The folder cannot be written, another batch works on it, or the file is damaged.
        """
        with durable.writing(out):
            out.mkdir(parents=True, exist_ok=True)
            lock = FileLock(out / LOCK, timeout=0)
            try:
                lock.acquire()
            except Timeout:
                raise OutputError(
                    "another batch works on it", path=out, hint="wait for it, or stop it"
                ) from None
        database = None
        ledger = None
        try:
            with _errors(out / LEDGER):
                database = sqlite3.connect(out / LEDGER)
                database.executescript(_TABLES)
            ledger = cls(database, out / LEDGER)
            yield ledger
            ledger.commit()
        finally:
            if ledger is not None:
                with suppress(FhguiError):  # why it ends now is told
                    ledger.commit()
            if database is not None:
                database.close()
            lock.release()

    def look(self, key: str) -> Look | None:
        """Return what was seen in a file; None if it was not looked at, or is not to be read."""
        with _errors(self._file):
            found = self._database.execute("SELECT value FROM looks WHERE key = ?", (key,))
            value = found.fetchone()
        if value is None:
            return None
        try:
            return _look(json_value(value[0]))
        except (ValueError, TypeError, KeyError, OverflowError):
            return None

    def keep_look(self, key: str, look: Look) -> None:
        """Remember what was seen in a file, at once if it took long."""
        self._put("INSERT OR REPLACE INTO looks VALUES (?, ?)", key, json.dumps(_look_value(look)))
        if look.cpu_s is not None and look.cpu_s >= COMMIT_S:
            self.commit()

    def add_row(self, row: Row) -> None:
        """Take in a row of this call."""
        self._put("INSERT OR REPLACE INTO rows VALUES (?, ?)", row.number, json.dumps(asdict(row)))

    def commit(self) -> None:
        """Have what was taken in survive a kill from now on."""
        with _errors(self._file):
            self._database.commit()
        self._committed_s = time.monotonic()

    def _put(self, statement: str, *values: str | int) -> None:
        with _errors(self._file):
            self._database.execute(statement, values)
        if time.monotonic() - self._committed_s >= COMMIT_S:
            self.commit()

    def rows(self) -> Iterator[Row]:
        """Yield the rows of this call in their order."""
        with _errors(self._file):
            for (value,) in self._database.execute("SELECT value FROM rows ORDER BY number"):
                yield _row(json.loads(value))


@contextmanager
def _errors(file: Path) -> Iterator[None]:
    """Turn what SQLite says into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"cannot be written ({error})", path=file, hint="see to space and rights there"
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # its texts may be damaged, too
        raise OutputError(
            f"is damaged ({error})",
            path=file,
            hint="delete it and give the same command again; no result is lost",
        ) from error


def _look_value(look: Look) -> dict[str, Any]:
    return {
        "sha256": look.sha256,
        "subjects": [
            [s.frame, None if s.face is None else _face_value(s.face)] for s in look.subjects
        ],
        "damaged": look.damaged,
    }


def _look(value: dict[str, Any]) -> Look:
    subjects = (Subject(frame, face and _face(face)) for frame, face in value["subjects"])
    return Look(value["sha256"], tuple(subjects), damaged=tuple(value["damaged"]))


def _face_value(face: DetectedFace) -> dict[str, Any]:
    """Return every field of a face as JSON can hold it."""
    value = {f.name: getattr(face, f.name) for f in fields(face)}
    return {**value, "box": asdict(face.box), "landmarks": face.landmarks.tolist()}


def _face(value: dict[str, Any]) -> DetectedFace:
    box, points = Box(**value["box"]), np.array(value["landmarks"], dtype=np.float64)
    found_by = FoundBy(value["found_by"])
    return DetectedFace(**{**value, "box": box, "landmarks": points, "found_by": found_by})


def _row(value: dict[str, Any]) -> Row:
    box = value["box"]
    return Row(**{**value, "box": box and tuple(box)})
