"""Cases and runs made up for tests."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np

from fhgui.core.errors import FhguiError, MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Origin, Stage
from fhgui.core.record import Outcome
from fhgui.provenance.case import Case
from fhgui.provenance.draft import stage_record
from fhgui.provenance.records import seal
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.stored import alignment_of
from tests.helpers.records import A_RECORD

REQUEST = EnhanceRequest(Path("/somewhere/a ü.png"), "bicubic", Placement(PlacementKind.AUTO))


def a_run(seed: int = 0, error: FhguiError | None = None) -> Run:
    """Return a run that completed, or failed with ``error``."""
    rng = np.random.default_rng(seed)
    pictures = [rng.integers(0, 256, (n, n, 3), dtype=np.uint8) for n in (16, 128)]
    stages = (
        Stage("input", "Input", pictures[0], Origin.MEASURED),
        Stage("bicubic", "Bicubic", pictures[1], Origin.INTERPOLATED),
    )
    if error is not None:
        record = dataclasses.replace(
            A_RECORD, outcome=Outcome.FAILED, error=error.sentence(), stages=(), seed=seed
        )
        return Run(seal(record), None, None, (), error)
    records = tuple(stage_record(stage) for stage in stages)
    record = dataclasses.replace(A_RECORD, stages=records, seed=seed)
    face = FaceImage(pictures[0], alignment_of(record))
    return Run(seal(record), None, face, stages, None)


def work_for_ever(path: Path) -> None:
    """Open and close a case, run and save in it, until somebody ends the process."""
    number = 0
    while True:
        with Case.open_or_create(path) as case:
            print("ready", flush=True)
            for _ in range(3):
                number += 1
                case.start_run(REQUEST)
                case.add_run(a_run(number, MethodError("no") if number % 3 == 0 else None))
                case.keep_desk({"number": number})
            case.add_export(path.parent / "out", b"{}\n")


if __name__ == "__main__":
    work_for_ever(Path(sys.argv[1]))
