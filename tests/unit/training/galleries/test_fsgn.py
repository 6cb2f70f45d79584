"""Galleries of fsgn: full and averaged, built with a network that leaves faces as they are."""

import dataclasses

import numpy as np
import pytest
import yaml
from scipy.ndimage import gaussian_filter

from fhgui import paths
from fhgui.alignment.templates import template
from fhgui.core.errors import FhguiError, MethodError, WeightsError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.methods.fsgn.base import load_base
from fhgui.methods.fsgn.config import WEIGHTS
from fhgui.methods.fsgn.detail import DetailSettings, enhance_detail
from fhgui.methods.fsgn.exemplars import Regression
from fhgui.methods.fsgn.gallery import header_of, load_gallery, make_spec
from fhgui.methods.fsgn.network import Spec, build
from fhgui.training.export import register, write_weights
from fhgui.training.galleries import builder
from fhgui.training.galleries.options import GalleryOptions

HW = (64, 48)
SPEC = Spec(cells=4, channels=4, blocks=1, dilations=(1,), residual=True)


@pytest.fixture(autouse=True)
def networks(tmp_path):
    """Install networks for both modes that return the enlarged picture."""
    network = build(SPEC)
    network.tail.weight.data.zero_()
    for mode, name in WEIGHTS.items():
        path = tmp_path / "models" / name
        write_weights(network, path, {"method": "fsgn", "part": mode}, SPEC)
        register(path, {"what": "a test"})
    with paths.searched_first(tmp_path / "models"):
        yield


def invented(count, hw=HW, seed=0):
    """Return faces of which every second is nearly the one before: they can be told from it."""
    rng = np.random.default_rng(seed)
    points = template("celeba128").points * (hw[1] / 128) + np.array([0, (hw[0] - hw[1]) / 2])
    landmarks = tuple(float(v) for v in points.ravel())
    pixels = []
    for number in range(count):
        if number % 2 == 0:
            noise = gaussian_filter(rng.normal(size=(*hw, 1)), (1.2, 1.2, 0))
            shape = 128 + 40 * noise / noise.std()
        moved = shape + rng.normal(0, 2, (*hw, 1))
        pixels.append(np.repeat(moved, 3, axis=2).clip(0, 255).astype(np.uint8))
    faces = tuple(PackedFace(f"face {i:02}", landmarks=landmarks) for i in range(count))
    return FaceSet(np.stack(pixels), faces, "digest")


def built(faces, tmp_path, **options):
    (path,) = builder("fsgn")(faces, tmp_path / "own", GalleryOptions(**options), lambda _: None)
    return path


def test_full_gallery_holds_the_faces_and_what_the_network_makes_of_them(tmp_path):
    faces = invented(8)
    path = built(faces, tmp_path, kind="full")
    for mode in ("sr", "deblur"):
        gallery, asset = load_gallery(str(tmp_path / "own"), mode)
        assert np.array_equal(gallery.pictures, faces.pixels)
        assert gallery.spec.names == faces.names
        errors = np.abs(gallery.bases.astype(float) - gallery.sharp.luma).mean(axis=(1, 2))
        assert (errors > 3).all()  # they are blurred
        assert (errors < 36).all()
        assert asset.role == "gallery"
        assert 0.3 < gallery.gain < 2  # the face next to each is nearly the same
    card = yaml.safe_load((tmp_path / "card.yaml").read_text())["files"][path.name]
    assert "a person's photograph" in card["privacy"]
    assert set(card["gains"]) == {"sr", "deblur"}


def test_its_detail_brings_a_known_face_nearer_to_the_truth(tmp_path):
    faces = invented(8)
    built(faces, tmp_path, kind="full", settings={"modes": ["sr"]})
    gallery, _ = load_gallery(str(tmp_path / "own"), "sr")
    base = np.repeat(gallery.bases[3].astype(float)[..., None], 3, axis=2)
    settings = DetailSettings(Regression(neighbours=3))
    enhanced = enhance_detail(base, gallery, settings, without=3).output
    truth = faces.pixels[3]
    assert np.square(enhanced - truth).mean() < 0.8 * np.square(base - truth).mean()


def test_prototypes_are_means_of_enough_faces(tmp_path):
    faces = invented(34)
    path = built(faces, tmp_path, prototypes=3, held_out=2)
    gallery, _ = load_gallery(str(path), "deblur")
    assert gallery.spec.names == ("prototype 1", "prototype 2", "prototype 3")
    assert gallery.spec.least_members >= 8
    # a mean of eight and more keeps little of what sets the faces apart
    spread = gallery.sharp.luma.std(axis=0).mean()
    assert spread < 0.6 * faces.pixels[2:, ..., 0].std(axis=0).mean()
    card = yaml.safe_load((tmp_path / "card.yaml").read_text())["files"][path.name]
    assert f"at least {gallery.spec.least_members} different pictures" in card["privacy"]


def test_one_prototype_is_the_mean_of_all(tmp_path):
    faces = invented(12)
    path = built(faces, tmp_path, prototypes=1, held_out=2, settings={"modes": "sr"})
    gallery, _ = load_gallery(str(path), "sr")
    mean = faces.pixels[2:].mean(axis=0)
    assert np.abs(gallery.pictures[0] - mean).max() <= 0.51


def test_what_a_picture_did_not_show_is_not_averaged(tmp_path):
    faces = invented(24)
    blank = faces.pixels.copy()
    blank[:8, 32:] = 0  # what lies beyond these pictures
    cut = tuple(
        dataclasses.replace(face, seen=(0, 0, HW[1], 32 if i < 8 else HW[0]))
        for i, face in enumerate(faces.faces)
    )
    path = built(
        FaceSet(blank, cut, "digest"),
        tmp_path,
        prototypes=1,
        held_out=0,
        settings={"modes": "sr"},
    )
    gallery, _ = load_gallery(str(path), "sr")
    shown = faces.pixels[8:, 48:].mean(axis=0)
    assert np.abs(gallery.pictures[0, 48:] - shown).max() <= 0.51


def test_exemplars_are_flat_where_their_picture_ended(tmp_path):
    faces = invented(4)
    seen = (4, 0, HW[1], 50)
    cut = (dataclasses.replace(faces.faces[0], seen=seen), *faces.faces[1:])
    path = built(FaceSet(faces.pixels, cut, "digest"), tmp_path, kind="full")
    gallery, _ = load_gallery(str(path), "sr")
    for planes in (gallery.sharp.luma, gallery.bases):
        assert len(np.unique(planes[0, 50:])) == len(np.unique(planes[0, :, :4])) == 1
    assert np.array_equal(gallery.sharp.luma[0, 50:], gallery.bases[0, 50:])  # no detail
    assert np.array_equal(gallery.pictures[0, :50, 4:], faces.pixels[0, :50, 4:])
    assert np.array_equal(gallery.pictures[1:], faces.pixels[1:])


def test_same_faces_give_the_same_gallery(tmp_path):
    (tmp_path / "again").mkdir()
    one, two = (built(invented(6), p, kind="full") for p in (tmp_path, tmp_path / "again"))
    first, second = (load_gallery(str(path), "deblur")[0] for path in (one, two))
    assert first.spec == second.spec
    assert np.array_equal(first.bases, second.bases)


def test_detail_that_is_never_right_has_no_gain(tmp_path):
    faces = invented(8)
    noise = np.random.default_rng(5).integers(0, 256, faces.pixels.shape).astype(np.uint8)
    built(FaceSet(noise, faces.faces, "digest"), tmp_path, kind="full", settings={"modes": ["sr"]})
    gallery, _ = load_gallery(str(tmp_path / "own"), "sr")
    assert gallery.gain < 0.3  # of what little of it patches agree in


def test_bases_are_of_the_weights_that_are_named(tmp_path):
    own = load_base("sr", "cpu").asset.sha256
    other = tmp_path / "models" / "other.safetensors"
    network = build(SPEC, seed=1)
    write_weights(network, other, {"method": "fsgn", "part": "sr"}, SPEC)
    register(other, {"what": "a test"})
    settings = {"modes": ["sr"], "sr_weights": "other"}
    built(invented(4), tmp_path, kind="full", settings=settings)
    gallery, _ = load_gallery(str(tmp_path / "own"), "sr")
    assert gallery.spec.networks == (load_base("sr", "cpu", "other").asset.sha256,)
    assert gallery.spec.networks != (own,)


def test_setting_that_it_does_not_have_is_refused(tmp_path):
    with pytest.raises(FhguiError, match=r"has no setting colour.*modes, sr_weights"):
        built(invented(4), tmp_path, kind="full", settings={"colour": 1})


def test_mode_that_it_was_not_built_for_is_refused(tmp_path):
    built(invented(4), tmp_path, kind="full", settings={"modes": "sr"})
    with pytest.raises(MethodError, match="no faces for the mode deblur"):
        load_gallery(str(tmp_path / "own"), "deblur")


@pytest.mark.parametrize(
    ("faces", "options", "words"),
    [
        (invented(4), {"kind": "patches"}, "no gallery of the kind 'patches'"),
        (invented(9), {"held_out": 3}, "6 faces are too few"),
        (invented(8), {}, "7 faces are too few"),
        (invented(1), {"kind": "full"}, "1 faces are too few"),
        (invented(4, (62, 48)), {"kind": "full"}, "48×62 px cannot be reduced by 4"),
        (invented(4), {"kind": "full", "settings": {"scale": 2}}, "no setting scale"),
        (invented(4), {"kind": "full", "settings": {"modes": ["sharp"]}}, "modes cannot be"),
        (invented(4), {"kind": "full", "settings": {"modes": 3}}, "modes cannot be 3"),
    ],
)
def test_what_makes_no_gallery_is_refused(tmp_path, faces, options, words):
    with pytest.raises(FhguiError, match=words):
        built(faces, tmp_path, **options)


def test_faces_without_landmarks_are_refused(tmp_path):
    faces = invented(4)
    blind = tuple(dataclasses.replace(face, landmarks=None) for face in faces.faces)
    with pytest.raises(FhguiError, match="no landmarks"):
        built(FaceSet(faces.pixels, blind, "digest"), tmp_path, kind="full")


def test_network_that_is_not_there_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr("fhgui.paths.model_file", lambda _: None)
    with pytest.raises(WeightsError, match="the weights file is missing"):
        built(invented(4), tmp_path, kind="full")


def test_header_of_another_version_is_refused(tmp_path):
    built(invented(4), tmp_path, kind="full")
    gallery, _ = load_gallery(str(tmp_path / "own"), "sr")
    values = header_of(gallery.spec)
    assert make_spec(values, "it") == gallery.spec
    with pytest.raises(WeightsError, match="another version"):
        make_spec({**values, "colour": "gray"}, "it")
    with pytest.raises(WeightsError, match="contradicts itself"):
        make_spec({**values, "strengths": (0.5,)}, "it")


def test_empty_gallery_is_refused(tmp_path):
    from fhgui.methods.fsgn.gallery import IDENTITY
    from fhgui.training.export import write_arrays

    path = built(invented(4), tmp_path, kind="full")
    gallery, _ = load_gallery(str(path), "sr")
    spec = dataclasses.replace(gallery.spec, names=())
    nothing = {n: np.zeros((0, *HW), np.uint8) for n in ("base.sr", "base.deblur")}
    arrays = {"sharp": np.zeros((0, *HW, 3), np.uint8), **nothing}
    write_arrays(arrays, path, IDENTITY, header_of(spec))
    register(path, {"what": "nothing"})
    with pytest.raises(WeightsError, match="empty or misshaped"):
        load_gallery(str(path), "sr")
