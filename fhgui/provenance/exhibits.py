"""Makes exhibits of records: pictures checked against their digests, doubts, cards, surroundings.

A run's pictures lie beside its record. What is missing or changed there is computed again from
the original, and taken only if it is bit-identical to what was recorded.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from fhgui.core.arrays import Pixels
from fhgui.core.dossier import Exhibit, Region, Surroundings
from fhgui.core.errors import RecordError
from fhgui.core.face import PlacedBy
from fhgui.core.method import MethodInfo, Stage
from fhgui.core.record import Record, StageRecord
from fhgui.core.wear import ToldWear
from fhgui.methods import registry
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.cards import card_facts
from fhgui.provenance.doubting import recorded_doubt
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import stage_file
from fhgui.provenance.originals import Originals
from fhgui.provenance.records import edited_fields, is_sealed
from fhgui.provenance.report.pictures import surroundings
from fhgui.provenance.stored import alignment_of, read_pixels, stage_of
from fhgui.provenance.verification.replaying import replay_request

RESTORE = "restore it from a copy"


@dataclass
class ExhibitMaker:
    """Makes exhibits one after the other.

    Parameters
    ----------
    originals : the files that the records are about.
    warnings : what could not be shown, in words; added to.
    """

    originals: Originals
    warnings: list[str] = field(default_factory=list)
    _model_digests: dict[str, str] = field(default_factory=dict)

    def make(self, number: int, record: Record, folder: Path) -> Exhibit:
        """Return the exhibit of a completed run.

        Parameters
        ----------
        folder : where its pictures lie.

        Raises
        ------
        RecordError
            If its record was edited, or its input or result cannot be had.
        """
        if not is_sealed(record):
            fields = ", ".join(edited_fields(record)) or "its id"
            raise RecordError(f"was edited ({fields})", path=folder, hint=RESTORE)
        info = registry.info(record.method)
        stages = self._stages(record, folder)
        face, result = stages[0].pixels, stages[-1].pixels
        return Exhibit(
            number=number,
            record=record,
            context=self._context(record, face),
            face=face,
            stages=stages,
            doubt=recorded_doubt(record, result, face),
            info=info,
            cards=card_facts(record, self._model_digests),
            source_sha256_now=self.originals.digest(record.evidence),
            source_facts=self.originals.facts(record),
            method_text=inspect.getdoc(import_module(registry.PACKAGES[record.method])) or "",
            regions=_regions(info),
            wear=self._wear(record),
        )

    def _wear(self, record: Record) -> ToldWear | None:
        if record.alignment is None or record.alignment.placed_by == PlacedBy.ALIGNED:
            return None  # the method's own small input tells nothing of a camera
        return self.originals.wear(record)

    def _context(self, record: Record, face: Pixels) -> Surroundings | None:
        frame = self.originals.frame(record)
        if frame is None or record.alignment is None:
            state = self._state(record)
            self.warnings.append(f"{_name(record)}: {state}; the picture in its frame is left out")
            return None
        placed = alignment_of(record)
        if placed.placed_by is PlacedBy.ALIGNED:
            return Surroundings(frame.pixels, 0, 0, frame.size_hw)
        return surroundings(frame, placed, (face.shape[0], face.shape[1]))

    def _state(self, record: Record) -> str:
        digest = self.originals.digest(record.evidence)
        where = self.originals.path(record.evidence)
        if digest is None:
            return f"the original is not at {where}"
        changed = digest != record.evidence.sha256
        return f"the original at {where} " + ("was changed" if changed else "cannot be read")

    def _stages(self, record: Record, folder: Path) -> tuple[Stage, ...]:
        if len(record.stages) < 2:
            raise RecordError("names no result", path=folder, hint=RESTORE)
        found = [_filed(folder, n, stage) for n, stage in enumerate(record.stages)]
        if any(pixels is None for pixels in found):
            found = self._made_again(record, folder, found)
        return tuple(
            stage_of(stage, pixels)
            for stage, pixels in zip(record.stages, found, strict=True)
            if pixels is not None
        )

    def _made_again(
        self, record: Record, folder: Path, found: list[Pixels | None]
    ) -> list[Pixels | None]:
        """Compute pictures again that are not beside the record as they were recorded."""
        lost = [s.name for s, p in zip(record.stages, found, strict=True) if p is None]
        words = f"{_name(record)}: not as recorded or not there: {', '.join(lost)}"
        again = self._replayed(record)
        if again is not None:
            self.warnings.append(f"{words}; computed again from the original, bit-identical")
            return again
        if found[0] is None or found[-1] is None:
            raise RecordError(
                f"the input or the result of {record.method} is not there as recorded, and "
                f"{self._why_not(record)}",
                path=folder,
                hint="restore the folder from a copy, or give the original with --source",
            )
        self.warnings.append(f"{words}; left out")
        return found

    def _replayed(self, record: Record) -> list[Pixels | None] | None:
        if not self.originals.unchanged(record.evidence) or record.alignment is None:
            return None
        request = replay_request(record, self.originals.path(record.evidence))
        run = enhance(request, placed=alignment_of(record), laid=record.fusion)
        digests = [pixels_digest(stage.pixels) for stage in run.stages]
        if run.error is not None or digests != [stage.sha256 for stage in record.stages]:
            return None
        return [stage.pixels for stage in run.stages]

    def _why_not(self, record: Record) -> str:
        if self.originals.unchanged(record.evidence):
            return "computing them again gives other pixels"
        return self._state(record)


def _name(record: Record) -> str:
    return f"{record.method} on {record.evidence.name}"


def _filed(folder: Path, number: int, stage: StageRecord) -> Pixels | None:
    """Return a stage's pixels from its file; None if it is gone or not what was recorded."""
    try:
        pixels = read_pixels(folder / stage_file(number, stage.name))
    except RecordError:
        return None
    return pixels if pixels_digest(pixels) == stage.sha256 else None


def _regions(info: MethodInfo) -> tuple[Region, ...]:
    if info.id != "dcnn_mnce":
        return ()
    from fhgui.methods.dcnn_mnce.components import BOXES_PX, NAMES

    return tuple(
        Region(name, x0, y0, x1 + 1, y1 + 1)
        for name, (x0, x1, y0, y1) in zip(NAMES, BOXES_PX, strict=False)
    )
