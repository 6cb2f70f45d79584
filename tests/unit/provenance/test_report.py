"""The report and the sheet show the original beside the result, and say what must be said."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from fhgui.core.errors import OutputError
from fhgui.provenance.enhance import enhance
from fhgui.provenance.report.onepage import pdf_bytes, write_pdf
from fhgui.provenance.report.pictures import face_in_frame
from fhgui.provenance.report.sheet import STATEMENT, comparison_png
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run


@pytest.fixture
def run(demo_png: Path) -> Run:
    done = enhance(EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO)))
    assert done.error is None
    return done


def words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_report_says_what_it_must(run: Run) -> None:
    text = words(pdf_bytes([run]))
    record = run.record
    assert STATEMENT in text
    assert "Page 1 of 1" in text
    assert "End of report" in text
    for fact in (record.id, record.evidence.name, record.evidence.sha256, record.stages[-1].sha256):
        assert fact in text
    assert f"{record.adequacy.density_px_per_m:.0f} px/m" in text


def test_one_page_a_run(run: Run) -> None:
    assert len(PdfReader(io.BytesIO(pdf_bytes([run, run]))).pages) == 2


def test_the_sheet_shows_input_and_result(run: Run) -> None:
    sheet = np.asarray(Image.open(io.BytesIO(comparison_png([run]))))
    darkest_input = run.stages[0].pixels.reshape(-1, 3).min(axis=0)
    assert (sheet.reshape(-1, 3) == darkest_input).all(axis=1).any()
    wider = np.asarray(Image.open(io.BytesIO(comparison_png([run, run]))))
    assert wider.shape[1] > sheet.shape[1]


def test_the_face_is_outlined_in_its_frame(run: Run) -> None:
    picture = np.asarray(face_in_frame(run, 300))
    outline = (picture == (255, 196, 0)).all(axis=2)
    ys, xs = np.nonzero(outline)
    assert max(picture.shape) == 300
    assert 80 < np.ptp(xs) < 280
    assert 80 < np.ptp(ys) < 280


def test_reports_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_pdf([run], tmp_path / "missing" / "r.pdf")
