"""Galleries of position patches: built, stopped and gone on with, of too few faces, of any size."""

import dataclasses

import numpy as np
import pytest
import yaml

from fhgui.assets import load_file
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.resize import imresize
from fhgui.methods.position_patches.gallery import IDENTITY, from_arrays, to_arrays
from fhgui.training.galleries import builder, position_patches
from fhgui.training.galleries.clustering import clusters, means
from fhgui.training.galleries.options import GalleryOptions

AT_4 = {"scale": 4, "degradation": "average"}


def invented(count, hw=(28, 24)):
    rng = np.random.default_rng(1)
    pixels = np.stack(
        [imresize(rng.integers(0, 256, (5, 5, 3)).astype(np.uint8), hw) for _ in range(count)]
    )
    return FaceSet(pixels, tuple(PackedFace(f"{i:03}") for i in range(count)), "digest")


def loaded(path):
    file = load_file("gallery", str(path), IDENTITY)
    return from_arrays(file.spec, file.arrays, str(path))


def test_every_prototype_is_the_mean_of_enough_pictures(tmp_path):
    faces = invented(90)
    options = GalleryOptions(prototypes=7, held_out=10, settings=AT_4)
    (path,) = builder("lcr")(faces, tmp_path / "own", options, lambda _: None)
    gallery = loaded(path)
    assert gallery.members.min() >= 8
    for i in range(len(gallery.first) - 1):
        rows = slice(gallery.first[i], gallery.first[i + 1])
        assert gallery.members[rows].sum() == 80
    assert gallery.spec.faces == 80
    assert (
        "at least 8"
        in yaml.safe_load((tmp_path / "card.yaml").read_text())["files"][path.name]["privacy"]
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["card.yaml", "own.safetensors"]


def test_prototypes_survive_their_8_bits(tmp_path):
    faces = invented(60)
    (path,) = builder("lle")(
        faces, tmp_path / "own", GalleryOptions(prototypes=5, settings=AT_4), lambda _: None
    )
    gallery = loaded(path)
    count = gallery.first[1]
    weights = gallery.members[None, :count] / 60
    carried = gallery.carry(0, np.arange(count)[None], weights)
    high = position_patches.to_uint8(position_patches.luma(faces.pixels))
    mean = gallery.spec.grid.patch(high, 0).mean(axis=0)
    np.testing.assert_allclose(carried[0], mean, atol=2)  # the mean of all is kept


def test_a_full_gallery_holds_the_faces_and_says_so(tmp_path):
    faces = invented(3)
    options = GalleryOptions(kind="full", settings=AT_4)
    (path,) = builder("lcr")(faces, tmp_path / "own.safetensors", options, lambda _: None)
    gallery = loaded(path)
    assert gallery.high.shape == (3, 28, 24)
    assert gallery.spec.grid.lr_hw == (7, 6)
    assert "real people" in (tmp_path / "card.yaml").read_text(encoding="utf-8")
    wanted = faces.pixels[0].astype(float).reshape(7, 4, 6, 4, 3).mean(axis=(1, 3))
    wanted = np.floor(wanted + 0.5) @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(gallery.low[:, 0].reshape(7, 6), wanted, atol=1e-4)


def test_a_stopped_build_goes_on_and_gives_the_same_gallery(tmp_path, monkeypatch):
    faces, options = invented(40), GalleryOptions(prototypes=4, settings=AT_4)
    (whole,) = builder("lle")(faces, tmp_path / "a", options, lambda _: None)
    reports = []

    def stop(text):
        reports.append(text)
        if text.startswith("prototypes: 5 "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        builder("lle")(faces, tmp_path / "b", options, stop)
    (resumed,) = builder("lle")(faces, tmp_path / "b", options, reports.append)
    assert sum(r.startswith("faces") for r in reports) == 1
    assert reports.count("prototypes: 5 of 9 positions") == 1
    for name, array in to_arrays(loaded(whole)).items():
        np.testing.assert_array_equal(array, to_arrays(loaded(resumed))[name])


def test_other_options_never_take_over_what_was_left(tmp_path):
    faces = invented(40)
    work = dataclasses.replace(GalleryOptions(settings=AT_4), work=tmp_path)
    first, second = (
        builder("lle")(
            faces,
            tmp_path / name,
            dataclasses.replace(work, prototypes=count),
            lambda _: None,
        )[0]
        for name, count in (("a", 2), ("b", 4))
    )
    assert len(loaded(first).members) < len(loaded(second).members)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GalleryOptions(kind="patches"), "no gallery of kind 'patches'"),
        (GalleryOptions(prototypes=6), "40 faces are too few"),
        (GalleryOptions(kind="full", held_out=40), "0 faces are too few"),
        (GalleryOptions(settings={"colours": 3}), "no setting colours"),
        (GalleryOptions(settings={"scale": "4"}), "scale cannot be '4'"),
        (GalleryOptions(settings={"scale": 5}), "cannot be reduced by 5"),
        (GalleryOptions(settings={"scale": 4, "degradation": "age"}), "no degradation 'age'"),
    ],
)
def test_options_without_sense_are_refused_before_anything_is_written(tmp_path, options, words):
    with pytest.raises(FhguiError, match=words):
        builder("lle")(invented(40), tmp_path / "own", options, lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_clusters_are_large_enough_and_the_same_every_time():
    rows = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    first = clusters(rows, 40, 8, np.random.default_rng(1))
    sizes = np.bincount(first)
    assert sizes.min() >= 8
    assert 10 < len(sizes) <= 40
    np.testing.assert_array_equal(first, clusters(rows, 40, 8, np.random.default_rng(1)))
    np.testing.assert_allclose(means(rows, first)[3], rows[first == 3].mean(axis=0), atol=1e-6)


def test_clusters_of_numbers_are_runs_of_neighbours():
    rows = np.random.default_rng(0).normal(size=(200, 1)).astype(np.float32)
    entry = clusters(rows, 20, 8, np.random.default_rng(0))[np.argsort(rows[:, 0])]
    found = len(np.unique(entry))
    assert found > 1
    assert np.count_nonzero(np.diff(entry)) == found - 1


def test_rows_that_are_all_alike_are_one_cluster():
    rows = np.ones((20, 3), np.float32)
    assert len(np.unique(clusters(rows, 2, 8, np.random.default_rng(1)))) == 1
