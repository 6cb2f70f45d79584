"""The survey of fusing: films whose motion is known, gains over the best frame, refusals."""

from pathlib import Path

import numpy as np
import pytest

from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.similarity import apply
from fhgui.core.errors import InputError
from fhgui.evaluation import fusing
from fhgui.evaluation.fusing import INPUT, make_film, survey
from fhgui.evaluation.pictures import Picture
from tests.helpers.photographs import astronaut, encoded, pattern


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fusing, "WIDTHS_PX", (28,))
    monkeypatch.setattr(fusing, "FRAMES", 5)
    monkeypatch.setattr(fusing, "METHODS", ("bicubic",))


@pytest.mark.usefixtures("small")
def test_fusing_gains_on_the_best_frame(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(astronaut()[:300]))
    found = survey(tmp_path, None, lambda _: None)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    assert [(row["face, px"], row["what"], row["faces"]) for row in rows] == [
        (28, INPUT, 1),
        (28, "bicubic", 1),
    ]
    assert rows[0]["gain over the best, dB"] > 1
    assert rows[0]["frames used"] == 5
    assert rows[1]["fused, dB"] > rows[1]["best frame alone, dB"] - 0.1


@pytest.mark.usefixtures("small")
def test_a_film_moves_as_it_says() -> None:
    pixels = astronaut()[:300]
    (face,) = find_large_faces(pixels, smallest_px=64)
    one, other = (make_film(Picture("a", pixels, "", ""), face, 28) for _ in range(2))
    assert all(
        np.array_equal(a.pixels, b.pixels) for a, b in zip(one.frames, other.frames, strict=True)
    )
    assert np.array_equal(one.motions[0], np.eye(2, 3))
    assert np.allclose(apply(one.onto_scene, one.points), face.landmarks)
    assert np.std(one.frames[0].pixels.astype(float) - one.clean) == pytest.approx(10, rel=0.1)


def test_a_folder_without_faces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(pattern(1, 96, 96)))
    with pytest.raises(InputError, match="exactly one large face"):
        survey(tmp_path, None, lambda _: None)
