"""The survey of wear: one table of what is told about pictures worn in known ways."""

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.evaluation import worn
from fhgui.evaluation.wearing import COLUMNS, QUALITIES, survey
from tests.unit.imaging.test_blur import invented, rounded


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A picture to wear and a pair of real noise."""
    path = tmp_path_factory.mktemp("wear")
    plain = rounded(invented(0, (220, 260)))
    Image.fromarray(plain).save(path / "plain.png")
    mean = rounded(invented(1, (160, 160)))
    noisy = worn.with_noise(mean, 6, np.random.default_rng(0))
    Image.fromarray(mean).save(path / "a_mean.png")
    Image.fromarray(noisy).save(path / "a_real.png")
    return path


@pytest.fixture(scope="module")
def found(folder):
    told = []
    return survey(folder, 1, told.append), told


def test_every_estimate_has_rows_and_is_told(found):
    table, told = found
    assert told == ["real noise", "noise", "JPEG", "blocks", "fields", "enlarging"]
    assert {row[0] for row in table.rows} == {"noise", "JPEG", "blocks", "fields", "sensor scale"}
    assert all(len(row) == len(COLUMNS) for row in table.rows)


def test_qualities_are_told_right(found):
    rows = {row[1]: row for row in found[0].rows if row[0] == "JPEG"}
    assert rows["none"][6] == 100
    for quality in QUALITIES[:5]:
        assert abs(rows[f"quality {quality}"][3] - quality) <= 2


def test_pairs_are_not_worn(found):
    rows = [row for row in found[0].rows if row[0] == "noise"]
    assert rows[0][1].startswith("real, σ 6.")
    assert all(row[2] == 1 for row in rows)


def test_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / "note.txt").write_text("nothing")
    with pytest.raises(InputError, match="holds no pictures"):
        survey(tmp_path, None, print)


def test_small_pictures_lose_no_survey_and_damaged_ones_are_named(tmp_path):
    Image.fromarray(rounded(invented(0, (60, 60)))).save(tmp_path / "small.png")
    table = survey(tmp_path, None, lambda _: None)
    blocks = [row for row in table.rows if row[0] == "blocks"]
    assert all(row[3] is None for row in blocks)
    (tmp_path / "torn.png").write_bytes((tmp_path / "small.png").read_bytes()[:200])
    with pytest.raises(InputError, match="torn"):
        survey(tmp_path, None, lambda _: None)


def test_a_film_returns_the_picture_it_was_given():
    plain = rounded(invented(2, (64, 96)))
    back = worn.as_film(plain, "libx264", 10).astype(float)
    moved = np.roll(plain, worn.PANNED, axis=1)
    assert np.abs(back - moved).mean() < 4
