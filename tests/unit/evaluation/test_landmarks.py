"""The table of landmark errors: a row a size and kind of picture, and honest refusals."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.evaluation import landmarks
from fhgui.evaluation.landmarks import COLUMNS, smaller
from fhgui.evaluation.surveys import SURVEYS, run_survey
from fhgui.imaging.demo import demo_frame


@pytest.fixture
def sharp(tmp_path: Path) -> Path:
    """Return a folder with two pictures of one large face each, and one of none."""
    folder = tmp_path / "sharp"
    folder.mkdir()
    cut = demo_frame()[80:150, 140:230]
    for number, light in enumerate((1.0, 0.8)):
        large = cv2.resize(cut, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC)
        Image.fromarray((large * light).astype(np.uint8)).save(folder / f"{number}.png")
    Image.fromarray(np.full((90, 90, 3), 80, np.uint8)).save(folder / "wall.png")
    return folder


def test_a_row_for_every_size_clean_and_noisy(
    sharp: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landmarks, "WIDTHS_PX", (16.0, 40.0))
    told: list[str] = []
    found = run_survey("landmarks", sharp, tmp_path / "out", None, told.append)
    assert found.columns == COLUMNS
    assert [row[:3] for row in found.rows] == [
        (16.0, "clean", 2),
        (16.0, "noisy", 2),
        (40.0, "clean", 2),
        (40.0, "noisy", 2),
    ]
    at = {name: COLUMNS.index(name) for name in ("dlib median (%)", "ours median (%)")}
    for row in found.rows:
        assert all(0 < row[column] < 60 for column in at.values())
    assert len(told) == 2
    assert (tmp_path / "out" / "table.csv").is_file()


def test_pictures_without_a_face_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "walls"
    folder.mkdir()
    Image.fromarray(np.full((90, 90, 3), 80, np.uint8)).save(folder / "wall.png")
    with pytest.raises(InputError, match="exactly one face"):
        run_survey("landmarks", folder, tmp_path / "out", None, lambda words: None)
    assert "landmarks" in SURVEYS


def test_reduced_pictures_know_their_exact_factors() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (101, 77, 3), np.uint8)
    small, scale_xy = smaller(pixels, 0.31)
    assert small.shape == (31, 24, 3)
    assert scale_xy == pytest.approx([24 / 77, 31 / 101])
