"""Metrics obey their laws, and bicubic scores what the first paper's table says."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.evaluation.metrics import psnr, score, ssim
from fhgui.imaging.resize import imresize


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def test_equal_pictures() -> None:
    same = score(noise(0), noise(0))
    assert same.psnr_rgb == np.inf
    assert same.ssim == pytest.approx(1.0)


def test_psnr_of_a_constant_difference() -> None:
    a = np.full((20, 20), 100, np.uint8)
    assert psnr(a, a + 10) == pytest.approx(20 * np.log10(255 / 10))


def test_metrics_are_symmetric() -> None:
    a, b = noise(0)[..., 0], noise(1)[..., 0]
    assert ssim(a, b) == pytest.approx(ssim(b, a))
    assert psnr(a, b) == psnr(b, a)


def test_y_is_studio_luma() -> None:
    """A grey step of 10 becomes 10·219/255 in studio range."""
    a = np.full((20, 20, 3), 100, np.uint8)
    assert score(a + 10, a).psnr_y == pytest.approx(20 * np.log10(255 / (10 * 219 / 255)))


def test_sizes_must_agree() -> None:
    with pytest.raises(InputError, match="50×40"):
        score(noise(0), noise(1)[:30])


@pytest.mark.data
def test_bicubic_on_the_first_papers_faces(data_dir: Path) -> None:
    """The dev half's figures, computed once by an independent program to four digits."""
    rows = []
    with zipfile.ZipFile(data_dir / "celeba128" / "test-dev.zip") as faces:
        for name in faces.namelist():
            truth = np.asarray(Image.open(io.BytesIO(faces.read(name))).convert("RGB"))
            again = imresize(imresize(truth, (16, 16)), (128, 128))
            got = score(again, truth)
            rows.append((got.psnr_rgb, got.psnr_gray, got.ssim, got.fsim))
    assert len(rows) == 130
    assert np.mean(rows, axis=0) == pytest.approx([22.629, 22.667, 0.6136, 0.7547], abs=6e-4)
