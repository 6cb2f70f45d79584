"""Dossiers made of runs, or made up, for tests of what renders them."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from fhgui.core.dossier import (
    CardFacts,
    Commission,
    CustodySummary,
    Dossier,
    DriftRow,
    Exhibit,
    FaceComparison,
    Laboratory,
    Paper,
    Rows,
)
from fhgui.core.face import PlacedBy
from fhgui.core.record import Record
from fhgui.methods import registry
from fhgui.provenance.doubting import doubt_of
from fhgui.provenance.report.pictures import surroundings
from fhgui.provenance.run import Run

ID = "d0551e" + "0" * 58
CARD = CardFacts("m/weights.safetensors", "ab" * 32, True, (("terms", "research only"),))
SOURCE: Rows = (("Container", "PNG"), ("Codec", "png"), ("Time zone", "not stated in the file"))
LAW = Commission(
    case_number="2026-17",
    request="Make the face visible.",
    authoriser="B. Boss",
    examiner="E. Examiner",
    received_on="2026-01-01",
    issued_utc="2026-01-03T00:00:00.000+00:00",
)
LABORATORY = Laboratory("Image Laboratory", "1 Some Street, Sometown", "ISO/IEC 17025, no. 1")
CUSTODY = CustodySummary(7, "2026-01-01", "2026-01-02", "c0" * 32, "unbroken")


def logo_png() -> bytes:
    """Return a logo with transparent parts."""
    buffer = io.BytesIO()
    Image.fromarray(np.full((40, 90, 4), (10, 90, 60, 128), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def exhibit_of(run: Run, number: int, cards: tuple[CardFacts, ...] = (CARD,)) -> Exhibit:
    """Return a completed run as an exhibit."""
    assert run.frame is not None
    assert run.face is not None
    alignment = run.face.alignment
    aligned = alignment.placed_by is PlacedBy.ALIGNED
    return Exhibit(
        number=number,
        record=run.record,
        context=None if aligned else surroundings(run.frame, alignment, run.face.size_hw),
        face=run.face.pixels,
        stages=run.stages,
        doubt=doubt_of(run),
        info=registry.info(run.record.method),
        cards=cards,
        source_sha256_now=run.record.evidence.sha256,
        source_facts=SOURCE,
        method_text="What it is.\n\nDeviations\n----------\n- One.\n- Two.",
    )


def comparison_of(exhibits: Sequence[Exhibit]) -> FaceComparison:
    """Return a comparison with maps of a known size and made-up distances."""
    flat = np.full(exhibits[0].result.pixels.shape[:2], 8.0)
    rows = (DriftRow("a", "b", 0.25), DriftRow("a", "bicubic", None, "no face was detected"))
    numbers = tuple(exhibit.number for exhibit in exhibits)
    return FaceComparison(numbers, flat, flat * 2, None, rows, ("moved by one pixel",))


def dossier_of(
    runs: Sequence[Run],
    others: tuple[Record, ...] = (),
    *,
    laboratory: Laboratory = LABORATORY,
    commission: Commission = LAW,
    paper: Paper = Paper.A4,
    labelled: bool = True,
) -> Dossier:
    """Return a dossier of completed runs on one face."""
    exhibits = tuple(exhibit_of(run, number) for number, run in enumerate(runs, 1))
    return Dossier(
        id=ID,
        laboratory=laboratory,
        commission=commission,
        exhibits=exhibits,
        other_records=others,
        comparisons=(comparison_of(exhibits),) if len(exhibits) > 1 else (),
        custody=CUSTODY,
        paper=paper,
        labelled=labelled,
        made_utc="2026-01-03T00:00:00.000+00:00",
        software={"name": "fhgui", "version": "0"},
    )
