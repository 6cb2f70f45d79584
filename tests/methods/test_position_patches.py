"""What ``lle`` and ``lcr`` promise, with the bundled gallery and with galleries of a user's own."""

import hashlib

import numpy as np
import pytest
import yaml

from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.evaluation.metrics import psnr
from fhgui.imaging.colour import luma, to_float
from fhgui.imaging.resize import imresize
from fhgui.methods.position_patches.method import PositionPatches
from fhgui.training.galleries import builder
from fhgui.training.galleries.options import GalleryOptions
from tests.helpers.methods import bare

IDS = ("lle", "lcr")
BUNDLED_MIB = 12
RELEASED_GAIN_DB = {"lle": 0.41, "lcr": 1.39}
"""R-G-B PSNR of the authors' released results above bicubic, dev half of celeba128-x8."""
LOSS_DB = 0.15
"""Of the bundled prototypes against the authors' galleries of all training faces, at most."""


def face_of(pixels):
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


def invented(count, hw, seed=0):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(20, 236, (count, 6, 6, 3)).astype(np.uint8)
    return np.stack([imresize(c, hw) for c in coarse])


def own_gallery(folder, count, hw=(128, 128), **options):
    faces = FaceSet(invented(count, hw), tuple(PackedFace(str(i)) for i in range(count)))
    (path,) = builder("lle")(faces, folder / "own", GalleryOptions(**options), lambda _: None)
    return path


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A full gallery of three faces."""
    return own_gallery(tmp_path_factory.mktemp("three"), 3, kind="full")


@pytest.fixture(params=IDS)
def method_id(request):
    return request.param


def result(method, pixels):
    return list(method.stages(face_of(pixels), 0))[-1].pixels


def test_three_faces_are_a_gallery_and_more_neighbours_than_faces_are_all(method_id, three):
    low = imresize(invented(1, (128, 128), seed=7)[0], (16, 16))
    settings = {"gallery": str(three)}
    many, few, all_ = (
        result(bare(method_id, {**settings, "neighbours": k}), low) for k in (5000, 3, 0)
    )
    np.testing.assert_array_equal(many, all_)
    np.testing.assert_array_equal(few, all_)


def test_a_face_of_the_gallery_is_found_again(method_id, three):
    truth = invented(3, (128, 128))[1]
    low = imresize(truth, (16, 16))
    loose = {"lle": {"regularisation": 1e-6}, "lcr": {"locality": 1e-6}}[method_id]
    restored = result(bare(method_id, {"gallery": str(three), **loose}), low)
    gap = luma(to_float(restored)) - luma(to_float(truth))
    enlarged = luma(to_float(imresize(low, (128, 128)))) - luma(to_float(truth))
    assert np.mean(gap**2) < 0.5 * np.mean(enlarged**2)


def test_only_the_first_entries(method_id, tmp_path, three):
    low = imresize(invented(1, (128, 128), seed=7)[0], (16, 16))
    one = own_gallery(tmp_path, 1, kind="full")
    cut = bare(method_id, {"gallery": str(three), "entries": 1})
    # one entry has weight 1, whatever it is compared by
    np.testing.assert_array_equal(
        result(cut, low), result(bare(method_id, {"gallery": str(one)}), low)
    )


def test_sizes_are_the_gallerys(method_id, tmp_path):
    settings = {"scale": 4, "degradation": "average"}
    path = own_gallery(tmp_path, 30, (40, 24), prototypes=3, settings=settings)
    method = bare(method_id, {"gallery": str(path)})
    assert (method.info.input_hw, method.info.output_hw) == ((10, 6), (40, 24))
    assert (method.info.scale, method.info.degradation) == (4, "average")
    stages = list(method.stages(face_of(invented(1, (10, 6))[0]), 0))
    assert [s.pixels.shape for s in stages] == [(40, 24, 3)] * 2
    with pytest.raises(MethodError, match="needs a face of 6×10 pixels, not 16×16"):
        result(method, invented(1, (16, 16))[0])


def test_colour_differences_are_bicubics(method_id):
    low = invented(1, (16, 16))[0]
    first, last = (to_float(s.pixels) for s in bare(method_id).stages(face_of(low), 0))
    inside = np.all((last > 0) & (last < 255) & (first > 0) & (first < 255), axis=-1)
    difference = np.diff(last, axis=-1) - np.diff(first, axis=-1)
    assert np.abs(difference[inside]).max() <= 2


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_constant_picture_stays_near_itself(method_id, value):
    method = bare(method_id)
    pixels = result(method, np.full((16, 16, 3), value, np.uint8))
    assert np.all(np.isfinite(pixels))
    assert abs(pixels.mean() - value) < 40  # no face is constant: the nearest mixture is not


def test_the_gallery_of_another_method_is_refused(method_id):
    with pytest.raises(WeightsError, match="belongs to something else"):
        bare(method_id, {"gallery": "srcnn/network"})


def test_a_gallery_that_is_not_there_is_named(method_id, tmp_path):
    with pytest.raises(WeightsError, match="none"):
        bare(method_id, {"gallery": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("lle", {"neighbours": -1}),
        ("lle", {"regularisation": 0.0}),
        ("lcr", {"locality": float("nan")}),
        ("lcr", {"locality": -0.1}),
        ("lcr", {"entries": -5}),
        ("lcr", {"entries": 5}),
    ],
)
def test_settings_without_sense_are_refused(method, settings):
    (name,) = settings
    with pytest.raises(MethodError, match=name):
        bare(method, settings)


def test_an_unknown_device_is_refused(method_id):
    with pytest.raises(MethodError, match="no device 'abacus'"):
        bare(method_id, device="abacus")


def test_the_bundled_gallery_shows_no_single_person():
    method = bare("lcr")
    assert isinstance(method, PositionPatches)
    assert method.gallery.spec.kind == "prototypes"
    assert method.gallery.members.min() >= 8
    from fhgui import paths

    path = paths.model_file(method.assets[0].name)
    assert path.stat().st_size <= BUNDLED_MIB * 2**20
    card = yaml.safe_load((path.parent / "card.yaml").read_text(encoding="utf-8"))
    facts = card["files"][path.name]
    assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {"terms", "spec", "digest", "privacy"} <= facts.keys()


@pytest.mark.data
def test_well_above_bicubic_on_real_faces(method_id, real_faces):
    method = bare(method_id)
    gains = []
    for truth in real_faces:
        start, last = method.stages(face_of(imresize(truth, (16, 16))), 0)
        gains.append(psnr(last.pixels, truth) - psnr(start.pixels, truth))
    assert np.mean(gains) > RELEASED_GAIN_DB[method_id] - LOSS_DB
