"""A reference lies over the result by its size alone, and nobody's portrait can be one."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.imaging.demo import demo_frame
from fhgui.imaging.resize import imresize
from fhgui.provenance.enhance import enhance
from fhgui.provenance.referencing import against_reference
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run

EYES = ((150.0, 100.0), (190.0, 102.0))


def saved(pixels: Pixels, path: Path) -> Path:
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    frame = saved(demo_frame(), tmp_path_factory.mktemp("reference") / "frame.png")
    placement = Placement(PlacementKind.LANDMARKS, landmarks=EYES)
    return enhance(EnhanceRequest(frame, "bicubic", placement))


def test_a_result_is_its_own_perfect_reference(run: Run, tmp_path: Path) -> None:
    found = against_reference([run], saved(run.result.pixels, tmp_path / "own.png"))
    (score,) = found.scores
    assert score.psnr_rgb == float("inf")
    assert score.ssim == pytest.approx(1)
    assert score.record == run.record.id
    assert found.pixels is not None
    assert np.array_equal(found.pixels, run.result.pixels)


def test_the_same_view_is_cut_in_the_same_place(run: Run, tmp_path: Path) -> None:
    frame = demo_frame()
    h, w = frame.shape[:2]
    once = against_reference([run], saved(frame, tmp_path / "frame.png"))
    finer = imresize(frame, (3 * h, 3 * w))
    thrice = against_reference([run], saved(finer, tmp_path / "finer.png"))
    assert once.pixels is not None
    assert thrice.pixels is not None
    assert thrice.pixels.shape == run.result.pixels.shape
    off = np.abs(once.pixels.astype(int) - thrice.pixels.astype(int))
    assert off.mean() < 1.5  # shifted by a third of a pixel it is three times as much
    assert "3 times" in thrice.how
    assert thrice.scores[0].psnr_rgb == pytest.approx(once.scores[0].psnr_rgb, abs=0.3)


def test_a_portrait_of_another_size_is_refused(run: Run, tmp_path: Path) -> None:
    portrait = saved(np.full((300, 200, 3), 128, np.uint8), tmp_path / "portrait.png")
    with pytest.raises(InputError, match="neither the size of the result") as refused:
        against_reference([run], portrait)
    assert "portrait.png" in refused.value.sentence()
