"""Packing faces: folders and archives alike, order by name, mistakes named."""

import zipfile

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import FhguiError
from fhgui.training.data import open_faces, pack_faces


def test_packing_keeps_pixels_and_names(faces, picture_folder):
    assert faces.names == tuple(f"pictures/{i}.png" for i in range(6))
    np.testing.assert_array_equal(faces.pixels[3], np.asarray(Image.open(picture_folder / "3.png")))


def test_an_archive_packs_like_a_folder(faces, picture_folder, tmp_path):
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as z:
        for picture in picture_folder.iterdir():
            z.write(picture, picture.name)
    again = pack_faces([archive], tmp_path / "again.npy", (32, 32))
    np.testing.assert_array_equal(again.pixels, faces.pixels)
    assert again.names == faces.names


def test_mistakes_are_named(picture_folder, tmp_path):
    with pytest.raises(FhguiError, match="not 64×64"):
        pack_faces([picture_folder], tmp_path / "o.npy", (64, 64))
    with pytest.raises(FhguiError, match="no folder or zip"):
        pack_faces([tmp_path / "none.zip"], tmp_path / "o.npy", (32, 32))
    (picture_folder / "bad.png").write_bytes(b"text")
    with pytest.raises(FhguiError, match=r"bad\.png"):
        pack_faces([picture_folder], tmp_path / "o.npy", (32, 32))


def test_an_index_of_other_faces_is_refused(faces, tmp_path):
    (tmp_path / "faces.json").write_text('["one"]')
    with pytest.raises(FhguiError, match="does not match its index"):
        open_faces(tmp_path / "faces.npy")
    with pytest.raises(FhguiError, match="no packed set"):
        open_faces(tmp_path / "none.npy")
    assert len(faces) == 6
