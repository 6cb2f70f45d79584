"""Original files at the time of an export: found, hashed afresh, and their frames decoded once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fhgui.core.dossier import Rows
from fhgui.core.errors import FhguiError
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.core.record import EvidenceRef, Record
from fhgui.core.wear import ToldWear
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import open_source
from fhgui.evidence.source_info import SourceInfo
from fhgui.imaging.wear import estimate_wear


@dataclass
class Originals:
    """The originals that records are about; one frame is kept, results on it come in a row.

    Parameters
    ----------
    source : an original that is no longer where its record says; other records keep theirs.
    """

    source: Path | None = None
    _digests: dict[Path, str | None] = field(default_factory=dict)
    _facts: dict[Path, Rows] = field(default_factory=dict)
    _frame: tuple[Path, int, Fields, Frame] | None = None

    def path(self, evidence: EvidenceRef) -> Path:
        """Return where the original is looked for."""
        recorded = Path(evidence.path)
        if self.source is None or self._now(self.source) == evidence.sha256:
            return self.source or recorded
        return self.source if self._now(recorded) is None else recorded

    def digest(self, evidence: EvidenceRef) -> str | None:
        """Return the original's SHA-256 now; None if it is gone or cannot be read."""
        return self._now(self.path(evidence))

    def _now(self, path: Path) -> str | None:
        if path not in self._digests:
            self._digests[path] = _digest(path)
        return self._digests[path]

    def unchanged(self, evidence: EvidenceRef) -> bool:
        """Tell whether the original is there and is the file of the record."""
        return self.digest(evidence) == evidence.sha256

    def frame(self, record: Record) -> Frame | None:
        """Return the frame of a record; None if its original is gone, changed or unreadable."""
        if record.frame is None or not self.unchanged(record.evidence):
            return None
        path, index, fields = self.path(record.evidence), record.frame.index, record.frame.shown
        if self._frame is None or self._frame[:3] != (path, index, fields):
            try:
                with open_source(path, fields) as source:
                    self._facts[path] = _facts(source.info)
                    self._frame = path, index, fields, source.frame(index)
            except FhguiError:
                return None
        return self._frame[3]

    def wear(self, record: Record) -> ToldWear | None:
        """Return what is told of the wear of a record's frame; None where `frame` is."""
        frame = self.frame(record)
        if frame is None:
            return None
        is_video = frame.time_s is not None
        return estimate_wear(frame.pixels, is_video).told

    def facts(self, record: Record) -> Rows:
        """Return what the original is; nothing if it is gone, changed or unreadable."""
        self.frame(record)
        return self._facts.get(self.path(record.evidence), ())


def _digest(path: Path) -> str | None:
    try:
        return sha256_file(path) if path.is_file() else None
    except (OSError, FhguiError):
        return None


def _facts(info: SourceInfo) -> Rows:
    """Return container, codec, sizes, times and metadata in words."""
    counted = "" if info.frame_count_exact else ", as the file states"
    frames = "unknown" if info.frame_count is None else f"{info.frame_count}{counted}"
    rows = [
        ("container", info.container),
        ("codec", info.codec),
        ("frame size", f"{info.width}×{info.height} px, {info.bit_depth} bit"),
        ("frames", frames),
        *([("interlaced", "yes: two fields taken at different times")] if info.interlaced else []),
        *(_times(info) if info.kind == "video" else []),
        ("time zone", "not stated by the file unless its metadata below do"),
        *((f"note {n}", text) for n, text in enumerate(info.notes, start=1)),
        *((f"metadata {name}", text) for name, text in info.metadata),
    ]
    return tuple(rows)


def _times(info: SourceInfo) -> Rows:
    base = "not stated" if info.time_base is None else f"{info.time_base} s"
    return (
        ("rate", _stated(info.rate_fps, "frames/s")),
        ("time base", base),
        ("duration", _stated(info.duration_s, "s")),
    )


def _stated(value: float | None, unit: str) -> str:
    return "not stated" if value is None else f"{value:.6g} {unit}"
