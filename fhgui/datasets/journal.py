"""What a build has done so far: one line an item, and the faces found, in the set's own folder.

The process may be killed at any time. A face is written before its line, and its line names the
face's checksum: what a crash left half done is found out and done again.
"""

from __future__ import annotations

import zlib
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import OutputError
from fhgui.datasets.looking import Finding
from fhgui.datasets.packed import JOURNAL, to_json, tuples
from fhgui.datasets.recipe import Reason
from fhgui.plain import json_value

CANDIDATES = "candidates.raw"
SCHEMA = 2


class Journal:
    """The journal of a folder, begun or taken up again.

    Parameters
    ----------
    folder : of the set; it exists.
    key : tells this build from any other: recipe, sources and software.
    size_hw : of the faces.

    Raises
    ------
    OutputError
        If the folder holds the journal of another build.
    OSError
        If it cannot be written.
    """

    def __init__(self, folder: Path, key: str, size_hw: tuple[int, int]) -> None:
        self._shape = (*size_hw, 3)
        self._face_bytes = size_hw[0] * size_hw[1] * 3
        self._faces: BinaryIO = _opened(folder / CANDIDATES)
        self._lines: BinaryIO = _opened(folder / JOURNAL)
        self.findings: dict[int, Finding] = {}
        try:
            self._take_up(folder, to_json({"schema": SCHEMA, "key": key}))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._faces.close()
        self._lines.close()

    def add(self, finding: Finding, face: Pixels | None) -> None:
        """Write an item's face, then its line."""
        if face is not None:
            self._faces.seek(finding.number * self._face_bytes)
            self._faces.write(face.tobytes())
            self._faces.flush()
        self._lines.write(to_json(asdict(finding)) + b"\n")
        self._lines.flush()
        self.findings[finding.number] = finding

    def face(self, number: int) -> Pixels:
        """Return the pixels found for an item."""
        samples = np.frombuffer(self._stored(number), np.uint8)
        return samples.reshape(self._shape)

    def _stored(self, number: int) -> bytes:
        self._faces.seek(number * self._face_bytes)
        return self._faces.read(self._face_bytes)

    def _take_up(self, folder: Path, header: bytes) -> None:
        """Read the lines of an earlier call, forget what it left half done."""
        first, *lines = self._lines.read().split(b"\n")
        if lines and first != header:
            raise OutputError(
                "was begun with other settings, sources or versions of the program",
                path=folder,
                hint="give the same ones to go on, or choose another --out",
            )
        sound = [header]
        for line in lines[:-1]:  # what follows the last line feed was cut off
            finding = _parsed(line)
            if finding is not None and self._is_written(finding):
                self.findings[finding.number] = finding
                sound.append(line)
        self._lines.seek(0)
        self._lines.truncate()
        self._lines.write(b"\n".join(sound) + b"\n")
        self._lines.flush()

    def _is_written(self, finding: Finding) -> bool:
        return finding.reason is not None or finding.crc == zlib.crc32(self._stored(finding.number))


def _parsed(line: bytes) -> Finding | None:
    """Return the finding of a line; None if it is damaged."""
    try:
        data = json_value(line)
        reason = data.pop("reason")
        return Finding(**tuples(data), reason=None if reason is None else Reason(reason))
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _opened(path: Path) -> BinaryIO:
    path.touch()
    return path.open("r+b")
