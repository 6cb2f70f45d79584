"""The set on disk: opened cheaply, split without copying, never trusted when damaged."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import FhguiError
from fhgui.datasets.build import build
from fhgui.datasets.packed import SPLITS, digest_of, open_set, read_manifest, verify_set
from fhgui.datasets.recipe import BuildRecipe
from tests.helpers.photographs import write_people

RECIPE = BuildRecipe(size_hw=(32, 32), labels="folder", shares=(0.5, 0.25, 0.25))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    build([write_people(tmp_path / "people", 12, 2)], tmp_path / "set", RECIPE, workers=1)
    return tmp_path / "set"


def test_splits_are_views_that_make_up_the_set(made: Path) -> None:
    faces = open_set(made)
    parts = [faces.split(name) for name in SPLITS]
    assert all(len(part) for part in parts)
    assert sum((part.names for part in parts), ()) == faces.names
    assert all(np.shares_memory(part.pixels, faces.pixels) for part in parts)
    assert np.array_equal(np.concatenate([part.pixels for part in parts]), faces.pixels)
    assert not faces.pixels.flags.writeable
    with pytest.raises(ValueError, match="none of"):
        faces.split("dev")


def test_the_digest_is_the_hash_of_the_manifest_and_the_manifest_tells_all(made: Path) -> None:
    manifest = read_manifest(made)
    assert open_set(made).digest == digest_of(made)
    assert manifest.shape == (24, 32, 32, 3)
    assert manifest.recipe["shares"] == [0.5, 0.25, 0.25]
    assert [p.outcome for p in manifest.pictures] == ["kept"] * 24
    assert manifest.sources[0].name == "people"
    assert str(made.parent) not in (made / "manifest.json").read_text()
    assert len(verify_set(made)) == 24


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def replaced(path: Path) -> None:
    path.write_text(json.dumps({"schema": 1, "columns": {}}))


@pytest.mark.parametrize("harm", [Path.unlink, cut_off, replaced])
@pytest.mark.parametrize("name", ["faces.npy", "index.json", "manifest.json"])
def test_a_damaged_set_is_refused_in_one_sentence(
    made: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(made / name)
    with pytest.raises(FhguiError) as caught:
        open_set(made)
    assert "\n" not in caught.value.sentence()
    assert str(made) in caught.value.sentence()
    assert caught.value.hint


def test_one_changed_pixel_is_found_by_verifying(made: Path) -> None:
    data = bytearray((made / "faces.npy").read_bytes())
    data[-1] ^= 1
    (made / "faces.npy").write_bytes(data)
    assert len(open_set(made)) == 24
    with pytest.raises(FhguiError, match="has changed"):
        verify_set(made)


def test_no_set_and_an_unfinished_one(tmp_path: Path) -> None:
    with pytest.raises(FhguiError, match="no set of faces"):
        open_set(tmp_path / "nothing")
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "journal.jsonl").touch()
    with pytest.raises(FhguiError, match="no finished set"):
        open_set(tmp_path / "begun")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").touch()
    with pytest.raises(FhguiError, match=r"no set of faces.*fhgui dataset build"):
        open_set(tmp_path / "photos")


def test_an_array_with_names_opens_as_a_set(tmp_path: Path) -> None:
    pixels = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)
    np.save(tmp_path / "old.npy", pixels)
    (tmp_path / "old.json").write_text('["a/1.jpg", "a/2.jpg"]')
    faces = open_set(tmp_path / "old.npy")
    assert np.array_equal(faces.pixels, pixels)
    assert faces.names == ("a/1.jpg", "a/2.jpg")
    assert faces.identities == (None, None)
    assert len(faces.split("train")) == 2
    assert len(faces.split("val").pixels) == 0
    (tmp_path / "old.json").write_text('["a/1.jpg"]')
    with pytest.raises(FhguiError, match="index"):
        open_set(tmp_path / "old.npy")


def test_reading_sets_needs_numpy_only() -> None:
    heavy = "{'dlib', 'av', 'cv2', 'PIL', 'scipy', 'torch', 'PySide6'}"
    code = f"import sys, fhgui.datasets.packed; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
