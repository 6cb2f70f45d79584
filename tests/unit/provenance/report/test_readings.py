"""What a method measured and looked at stands in the report, beside pictures without it."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from fhgui.core.dossier import Dossier
from fhgui.core.method import Outline, Reading
from fhgui.core.record import FileRef
from fhgui.provenance.report.blocks import Facts, Gallery, Paragraph, Tone
from fhgui.provenance.report.content import content
from fhgui.provenance.report.drawings import OUTLINES, outlined
from fhgui.provenance.report.passing import read_dossier, write_dossier
from fhgui.provenance.report.pdf import pdf_bytes

SQUARE = Outline("Upright square", np.array([[20.0, 20.0], [100.0, 20.0], [60.0, 100.0]]))
TOLD = (Reading("angle_deg", -12.5, "°", "Angle"), Reading("scale", 1.25, "", "Scale"))


def measuring(dossier: Dossier) -> Dossier:
    """Return the dossier as if its first exhibit's method had measured something."""
    first, *others = dossier.exhibits
    *before, last = first.stages
    told = replace(last, readings=TOLD, outlines=(SQUARE,))
    return replace(dossier, exhibits=(replace(first, stages=(*before, told)), *others))


def test_readings_and_outlines_are_blocks_of_their_exhibit_only(dossier: Dossier) -> None:
    blocks = list(content(measuring(dossier)))
    title = dossier.exhibits[0].result.title
    rows = [row for block in blocks if isinstance(block, Facts) for row in block.rows]
    assert (title, "Angle -12.5°; Scale 1.25") in rows
    figures = [f for block in blocks if isinstance(block, Gallery) for f in block.figures]
    (figure,) = (f for f in figures if f.title == f"{title}, outlined")
    assert figure.caption == "Drawn over it: Upright square"
    assert pdf_bytes(measuring(dossier)).startswith(b"%PDF")


def test_an_outline_is_drawn_where_it_lies_and_leaves_the_stage_alone(dossier: Dossier) -> None:
    stage = measuring(dossier).exhibits[0].result
    before = stage.pixels.copy()
    picture = np.asarray(outlined(stage))
    np.testing.assert_array_equal(stage.pixels, before)
    factor = picture.shape[1] / stage.pixels.shape[1]
    drawn = (picture == OUTLINES[0]).all(axis=2)
    for x, y in ((60.0, 20.0), (40.0, 60.0), (80.0, 60.0)):  # on all three sides: it is closed
        row, column = round((y + 0.5) * factor), round((x + 0.5) * factor)
        assert drawn[row - 2 : row + 3, column - 2 : column + 3].any()
    assert not drawn[round(60 * factor), round(60 * factor)]


def test_they_reach_the_process_that_renders(dossier: Dossier, tmp_path: Path) -> None:
    write_dossier(measuring(dossier), tmp_path / "dossier")
    again = read_dossier(tmp_path / "dossier")
    stage = again.exhibits[0].result
    assert stage.readings == TOLD
    np.testing.assert_array_equal(stage.outlines[0].points, SQUARE.points)


def test_detail_of_other_people_is_warned_of(dossier: Dossier) -> None:
    def warnings(of: Dossier) -> list[str]:
        blocks = content(of)
        return [b.text for b in blocks if isinstance(b, Paragraph) and b.tone is Tone.WARNING]

    def borrows(text: str) -> bool:
        return "from pictures of other people, from the gallery faces.safetensors" in text

    first, *others = dossier.exhibits
    gallery = (FileRef("faces.safetensors", 64 * "0"),)
    borrowing = replace(first, record=replace(first.record, gallery=gallery))
    traced = replace(borrowing, info=replace(first.info, tells_sources=True))
    assert not any(map(borrows, warnings(dossier)))
    (warning,) = filter(borrows, warnings(replace(dossier, exhibits=(borrowing, *others))))
    assert "gallery trace" not in warning
    (warning,) = filter(borrows, warnings(replace(dossier, exhibits=(traced, *others))))
    assert "gallery trace" in warning
