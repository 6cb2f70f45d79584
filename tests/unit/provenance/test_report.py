"""The sheet shows the original beside the result."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.provenance.enhance import enhance
from fhgui.provenance.report.pictures import face_in_frame
from fhgui.provenance.report.sheet import comparison_png
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run


@pytest.fixture
def run(demo_png: Path) -> Run:
    done = enhance(EnhanceRequest(demo_png, "bicubic", Placement(PlacementKind.AUTO)))
    assert done.error is None
    return done


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
