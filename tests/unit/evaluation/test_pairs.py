"""Pictures on disk become pairs; what cannot be used is left out, counted and named."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import FhguiError, InputError
from fhgui.evaluation.pairs import left_out_sentence, make_pairs
from fhgui.evaluation.protocols import protocol
from tests.helpers.sets import write_set
from tests.unit.evaluation.conftest import MakeFaces, smooth

X8 = protocol("celeba128-x8")


def test_pairs_in_the_order_of_names(make_faces: MakeFaces) -> None:
    pairs = make_pairs(X8, make_faces(4))
    assert [pair.name for pair in pairs.pairs] == ["000", "001", "002", "003"]
    np.testing.assert_array_equal(pairs.pairs[2].truth, smooth(2))
    assert pairs.pairs[2].input.shape == (16, 16, 3)
    assert pairs.left_out == ()
    assert pairs.faces == 4


def test_a_limit_changes_nothing_else(make_faces: MakeFaces) -> None:
    folder = make_faces(6)
    whole, two = make_pairs(X8, folder), make_pairs(X8, folder, limit=2)
    assert [pair.name for pair in two.pairs] == ["000", "001"]
    assert whole.space is not None
    assert two.space is not None
    np.testing.assert_array_equal(whole.space.components, two.space.components)


def test_a_zip_gives_the_same_as_its_folder(make_faces: MakeFaces, tmp_path: Path) -> None:
    folder = make_faces(3)
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        for file in sorted(folder.iterdir(), reverse=True):
            archive.write(file, f"inner/{file.name}")
    assert make_pairs(X8, tmp_path / "faces.zip").digest == make_pairs(X8, folder).digest


def test_a_packed_set(tmp_path: Path) -> None:
    pairs = make_pairs(X8, write_set(tmp_path / "set", 3, 128))
    assert [pair.name for pair in pairs.pairs] == ["face-0", "face-1", "face-2"]


def test_a_set_without_a_part_for_tests_is_measured_and_that_is_said(tmp_path: Path) -> None:
    pairs = make_pairs(X8, write_set(tmp_path / "set", 3, 128))
    (note,) = pairs.notes
    assert "no part for tests: all of its faces were measured" in note


def test_what_is_left_to_training_is_counted(make_faces: MakeFaces) -> None:
    one = protocol("celeba216-tight-x8")
    folder = make_faces(40, (256, 256))
    pairs = make_pairs(one, folder)
    (note,) = pairs.notes
    assert note.startswith(f"{40 - len(pairs.pairs)} pictures were left to training")
    for file in folder.iterdir():
        if any(pair.name == file.stem for pair in pairs.pairs):
            file.unlink()
    with pytest.raises(InputError, match="pictures were left to training"):
        make_pairs(one, folder)


def test_names_that_become_one_stay_two(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", 2, 128)
    index = (folder / "index.json").read_text()
    changed = index.replace("face-0", "a/b").replace("face-1", "a_b")
    (folder / "index.json").write_text(changed)
    manifest = (folder / "manifest.json").read_text()
    before, after = (hashlib.sha256(text.encode()).hexdigest() for text in (index, changed))
    (folder / "manifest.json").write_text(manifest.replace(before, after))
    pairs = make_pairs(X8, folder)
    assert [pair.name for pair in pairs.pairs] == ["a_b", "a_b-2"]
    pixels = np.load(folder / "faces.npy")
    assert all(np.array_equal(p.truth, q) for p, q in zip(pairs.pairs, pixels, strict=True))


def test_damaged_and_unfit_pictures_are_left_out_and_named(make_faces: MakeFaces) -> None:
    folder = make_faces(3)
    (folder / "cut.png").write_bytes((folder / "000.png").read_bytes()[:200])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "letter.png").write_text("not a picture")
    (folder / "readme.txt").write_text("beside pictures as a matter of course")
    (folder / ".hidden.png").write_bytes(b"x")
    Image.fromarray(smooth(0, (64, 64))).save(folder / "small.png")
    pairs = make_pairs(X8, folder)
    assert len(pairs.pairs) == 3
    assert {one.name for one in pairs.left_out} == {
        *("cut.png", "empty.jpg", "letter.png", "small"),
    }
    said = left_out_sentence(pairs.left_out)
    assert said is not None
    assert said.startswith("4 pictures are left out (cut.png: ")
    assert "and 1 more" in said


def test_gray_transparent_and_16_bit_pictures(tmp_path: Path) -> None:
    truth, plane = smooth(0), smooth(1)[..., 0]
    Image.fromarray(plane).save(tmp_path / "gray.png")
    Image.fromarray(np.dstack([truth, plane])).save(tmp_path / "rgba.png")
    Image.fromarray(plane.astype(np.uint16) * 256 + 255).save(tmp_path / "deep.png")
    found = {pair.name: pair.truth for pair in make_pairs(X8, tmp_path).pairs}
    np.testing.assert_array_equal(found["gray"], np.repeat(plane[..., None], 3, axis=2))
    np.testing.assert_array_equal(found["deep"], found["gray"])
    np.testing.assert_array_equal(found["rgba"], truth)


def test_equal_names(tmp_path: Path) -> None:
    for name in ("a/1.png", "b/1.png", "b/1.bmp", "b/2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(smooth(0)).save(tmp_path / name)
    pairs = make_pairs(X8, tmp_path)
    assert [pair.name for pair in pairs.pairs] == ["2", "a-1", "b-1"]
    assert [one.name for one in pairs.left_out] == ["b/1.png"]
    assert "b/1.bmp" in pairs.left_out[0].reason


def test_one_picture_is_enough(make_faces: MakeFaces) -> None:
    pairs = make_pairs(X8, make_faces(1))
    assert len(pairs.pairs) == 1
    assert pairs.space is None


def test_where_nothing_fits_it_says_what_is_needed(make_faces: MakeFaces, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"64×64 px, not 128×128.*give aligned CelebA"):
        make_pairs(X8, make_faces(2, (64, 64)))
    with pytest.raises(InputError, match="no such folder or zip"):
        make_pairs(X8, tmp_path / "nowhere")
    (tmp_path / "void").mkdir()
    with pytest.raises(FhguiError, match="holds no"):
        make_pairs(X8, tmp_path / "void")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(FhguiError, match="damaged archive"):
        make_pairs(X8, tmp_path / "broken.zip")


def test_unaligned_faces_have_three_inputs_each(make_faces: MakeFaces) -> None:
    pairs = make_pairs(protocol("unaligned128-x8"), make_faces(2))
    names = [pair.name for pair in pairs.pairs]
    assert names == ["000-1", "000-2", "000-3", "001-1", "001-2", "001-3"]
    assert len({pair.input.tobytes() for pair in pairs.pairs}) == 6


def test_lfw_is_cut_from_the_middle(make_faces: MakeFaces) -> None:
    pair = make_pairs(protocol("lfw192-x8"), make_faces(1, (250, 250))).pairs[0]
    np.testing.assert_array_equal(pair.truth, smooth(0, (250, 250))[29:221, 29:221])
    assert pair.input.shape == (24, 24, 3)


def test_celeba_is_reduced_and_ffhq_too(make_faces: MakeFaces) -> None:
    celeba = make_pairs(protocol("celeba216-x4"), make_faces(1, (218, 178), "celeba"))
    assert celeba.pairs[0].truth.shape == (216, 176, 3)
    ffhq = make_pairs(protocol("face256-x8"), make_faces(1, (512, 512), "ffhq"))
    assert ffhq.pairs[0].truth.shape == (256, 256, 3)
    with pytest.raises(InputError, match="smaller than 256×256"):
        make_pairs(protocol("face256-x8"), make_faces(1, (128, 128), "thumbs"))


def test_portraits_are_aligned_and_their_faces_found(astronaut: np.ndarray, tmp_path: Path) -> None:
    one = protocol("face320-x4-sr")
    from skimage import data

    from fhgui.evaluation.protocols import held_out
    from fhgui.imaging.resize import imresize

    portrait = imresize(np.ascontiguousarray(data.astronaut()[:200, 130:320]), (1000, 950))
    name = next(n for n in map(str, range(99)) if held_out(n, one.held_out_of))
    Image.fromarray(portrait).save(tmp_path / f"{name}.png")
    other = next(n for n in map(str, range(99)) if not held_out(n, one.held_out_of))
    Image.fromarray(portrait).save(tmp_path / f"{other}.png")
    pairs = make_pairs(one, tmp_path)
    assert [pair.name for pair in pairs.pairs] == [name]
    assert pairs.pairs[0].truth.shape == (320, 240, 3)
    assert pairs.pairs[0].input.shape == (80, 60, 3)
    Image.fromarray(smooth(0, (400, 400))).save(tmp_path / f"{name}.png")
    with pytest.raises(InputError, match="no faces are found"):
        make_pairs(one, tmp_path)
