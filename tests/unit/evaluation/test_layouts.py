"""The folder layouts of LFW, CelebA, FFHQ and SCface, with invented pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.evaluation.pairs import make_pairs
from fhgui.evaluation.protocols import protocol
from fhgui.imaging.resize import imresize
from tests.unit.evaluation.conftest import smooth


def put(path: Path, hw: tuple[int, int], seed: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(smooth(seed, hw)).save(path)


def names(protocol_id: str, data: Path) -> list[str]:
    return [pair.name for pair in make_pairs(protocol(protocol_id), data).pairs]


def test_lfw_has_a_folder_a_person(tmp_path: Path) -> None:
    for name in ("Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", "Bo_Li/Bo_Li_0001.jpg"):
        put(tmp_path / "lfw-deepfunneled" / name, (250, 250))
    expected = ["Ann_Lee_0001", "Ann_Lee_0002", "Bo_Li_0001"]
    assert names("lfw192-x8", tmp_path) == expected
    assert names("lfw192-x8", tmp_path / "lfw-deepfunneled") == expected


@pytest.mark.parametrize("where", ["", "Eval", "img_align_celeba"])
def test_of_celeba_the_test_part_is_measured(where: str, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        put(tmp_path / "img_align_celeba" / f"00000{number}.jpg", (218, 178))
    (tmp_path / where).mkdir(exist_ok=True)
    listed = tmp_path / where / "list_eval_partition.txt"
    listed.write_text("000001.jpg 0\n000002.jpg 2\n000003.jpg 2\n")
    assert names("celeba216-x8", tmp_path / "img_align_celeba") == ["000002", "000003"]
    listed.write_text("000001.jpg\n")
    with pytest.raises(InputError, match="list of parts"):
        names("celeba216-x8", tmp_path / "img_align_celeba")


def test_the_list_of_celeba_is_about_its_own_pictures_only(tmp_path: Path) -> None:
    put(tmp_path / "lfw" / "Ann_Lee" / "Ann_Lee_0001.jpg", (250, 250))
    put(tmp_path / "png" / "000002.png", (218, 178))
    put(tmp_path / "png" / "000003.png", (218, 178))
    (tmp_path / "list_eval_partition.txt").write_text("000002.jpg 0\n000003.jpg 2\n")
    assert names("lfw192-x8", tmp_path / "lfw") == ["Ann_Lee_0001"]
    assert names("celeba216-x8", tmp_path / "png") == ["000003"]


def test_of_several_data_sets_in_a_folder_one_must_be_named(tmp_path: Path) -> None:
    put(tmp_path / "img_align_celeba" / "000001.jpg", (218, 178))
    put(tmp_path / "lfw-deepfunneled" / "Ann_Lee" / "Ann_Lee_0001.jpg", (250, 250))
    with pytest.raises(InputError, match="holds img_align_celeba and lfw-deepfunneled"):
        names("lfw192-x8", tmp_path)


def test_celeba_without_a_list_is_measured_whole(tmp_path: Path) -> None:
    put(tmp_path / "img_align_celeba" / "000001.jpg", (218, 178))
    assert names("celeba216-x8", tmp_path) == ["000001"]


def test_ffhq_flat_and_in_thousands_without_its_thumbnails(tmp_path: Path) -> None:
    put(tmp_path / "images1024x1024" / "00000" / "00001.png", (300, 300))
    put(tmp_path / "images1024x1024" / "01000" / "01001.png", (300, 300))
    put(tmp_path / "thumbnails128x128" / "00000" / "00001.png", (128, 128))
    assert names("face256-x8", tmp_path) == ["00001", "01001"]
    put(tmp_path / "flat" / "00007.png", (256, 256))
    assert names("face256-x8", tmp_path / "flat") == ["00007"]


def test_scface_pairs_cameras_with_mugshots(astronaut: np.ndarray, tmp_path: Path) -> None:
    shots = tmp_path / "mugshot_frontal_original_all"
    far = tmp_path / "surveillance_cameras_distance_3" / "cam_1"
    for folder in (shots, far):
        folder.mkdir(parents=True)
    Image.fromarray(astronaut).save(shots / "001_frontal.png")
    Image.fromarray(imresize(astronaut, (160, 160))).save(far / "001_cam1_3.png")
    Image.fromarray(smooth(0, (160, 160))).save(far / "001_cam2_3.png")
    Image.fromarray(imresize(astronaut, (160, 160))).save(far / "002_cam1_3.png")
    Image.fromarray(astronaut).save(far / "001_cam7_3.png")
    pairs = make_pairs(protocol("scface-x4"), tmp_path)
    assert [pair.name for pair in pairs.pairs] == ["001_cam1_3"]
    assert pairs.pairs[0].input.shape == (32, 32, 3)
    np.testing.assert_array_equal(pairs.pairs[0].truth, astronaut)
    reasons = {one.name: one.reason for one in pairs.left_out}
    assert "no face" in reasons["001_cam2_3"]
    assert "mugshot" in reasons["002_cam1_3"]


def test_scface_without_any_camera_picture(tmp_path: Path) -> None:
    put(tmp_path / "001_frontal.jpg", (200, 160))
    with pytest.raises(InputError, match="SCface"):
        names("scface-x4", tmp_path)
