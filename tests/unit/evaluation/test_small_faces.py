"""Small faces are counted as found where they are, and boxes elsewhere as what they are."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.core.face import Box
from fhgui.evaluation import small_faces
from fhgui.evaluation.false_finds import survey as false_finds
from fhgui.evaluation.small_faces import is_face, survey, through_noise
from fhgui.imaging.demo import demo_frame


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(10, 10, 16, 16), True),
        (Box(13, 13, 16, 16), True),  # IoU .43
        (Box(15, 15, 16, 16), False),
        (Box(6, 6, 24, 24), True),
        (Box(0, 0, 36, 36), False),  # its centre is right, its size is not
        (Box(14, 14, 7, 7), False),
    ],
)
def test_a_box_is_on_the_face_by_overlap_or_by_its_centre(box: Box, expected: bool) -> None:
    assert is_face(box, (17.5, 17.5), 16.0) is expected


def test_noise_is_that_of_the_name_and_as_strong_as_said() -> None:
    gray = np.full((64, 64, 3), 120, np.uint8)
    assert np.array_equal(through_noise(gray, "a"), through_noise(gray, "a"))
    assert not np.array_equal(through_noise(gray, "a"), through_noise(gray, "b"))
    assert 1 < through_noise(gray, "a").astype(float).std() < 6  # JPEG 50 takes most of σ 5


def test_the_survey_counts_faces_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_faces, "WIDTHS_PX", (16,))
    face = Image.fromarray(demo_frame()[60:160, 120:250])
    face.resize((520, 400), Image.Resampling.BICUBIC).save(tmp_path / "face.png")
    Image.fromarray(np.full((300, 300, 3), 128, np.uint8)).save(tmp_path / "wall.png")
    found = survey(tmp_path, None, lambda words: None)
    assert [row[:3] for row in found.rows] == [(16, "clean", 1), (16, "noisy", 1)]
    assert found.rows[0][3] == 100.0
    error = found.rows[0][5]
    assert isinstance(error, float)
    assert 0 < error < 25
    assert "1 pictures without exactly one large face" in found.notes[-1]


def test_pictures_without_faces_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100, 3), 128, np.uint8)).save(tmp_path / "wall.png")
    with pytest.raises(InputError, match="exactly one large face"):
        survey(tmp_path, None, lambda words: None)


def test_boxes_are_counted_a_megapixel(tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100, 3), 128, np.uint8)).save(tmp_path / "wall.png")
    Image.fromarray(demo_frame()).save(tmp_path / "frame.png")
    found = false_finds(tmp_path, None, lambda words: None)
    lines = {row[0]: row for row in found.rows}
    assert "wall" not in lines
    assert lines["frame"][2] == lines["all"][2] == 1
    megapixels = (352 * 288 + 100 * 100) / 1e6
    assert lines["a megapixel"][2] == pytest.approx(1 / megapixels, abs=0.01)
