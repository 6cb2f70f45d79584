"""The build of a gallery from a set of faces: refusals, files, what goes on after a stop."""

import dataclasses

import numpy as np
import pytest
import yaml
from safetensors.numpy import load_file

from fhgui import paths
from fhgui.core.errors import FhguiError, MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.dcnn_mnce.config import Config
from fhgui.methods.dcnn_mnce.gallery import areas
from fhgui.methods.dcnn_mnce.gallery_files import load_gallery
from fhgui.training.galleries import builder, dcnn_mnce
from fhgui.training.galleries.options import GalleryOptions
from tests.helpers.methods import bare

SMALL = {"feature_dims": 6, "residual_dims": 5, "rest_per_side": 2}


def invented(count, side=128):
    rng = np.random.default_rng(0)
    small = rng.integers(30, 226, (count, 6, 6, 3)).astype(np.uint8)
    pixels = np.stack([imresize(p, (side, side)) for p in small])
    return FaceSet(pixels, tuple(PackedFace(f"{i}.png") for i in range(count)))


@pytest.fixture(scope="module")
def faces():
    return invented(26)


def options(**values):
    settings = {**SMALL, **values.pop("settings", {})}
    defaults = {"start": "bicubic", "held_out": 2, "threads": 1}
    return GalleryOptions(**{**defaults, **values}, settings=settings)


@pytest.fixture(scope="module")
def full(faces, tmp_path_factory):
    """A full gallery of 24 invented faces, from bicubic enlargements, and its build's words."""
    out, said = tmp_path_factory.mktemp("gallery") / "mine", []
    dcnn_mnce.build(faces, out, options(kind="full"), said.append)
    return out, said


def low_face():
    alignment = FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128")
    rng = np.random.default_rng(9)
    return FaceImage(rng.integers(30, 226, (16, 16, 3)).astype(np.uint8), alignment)


def use(out, **settings):
    return bare("dcnn_mnce", {"gallery": str(out), "start": "bicubic", **settings})


def test_a_full_gallery_is_built_and_used(full):
    out, said = full
    method = use(out)
    stages = list(method.stages(low_face(), 0))
    assert [s.name for s in stages] == ["bicubic", "residual", "mnce-1", "mnce-2", "mnce-3"]
    assert [s.name for s in stages] == [name for name, _ in method.info.stages]
    assert [a.role for a in method.assets] == ["gallery", "gallery"]
    assert method.gallery.size == 24
    assert "layer 3: 24 to 24 entries" in said[-1]


def test_the_card_says_that_a_full_gallery_holds_real_people(full):
    out, _ = full
    card = yaml.safe_load((out.parent / "card.yaml").read_text(encoding="utf-8"))
    entry = card["files"]["mine-entries.safetensors"]
    assert "real people's data" in entry["privacy"]
    assert entry["spec"]["kind"] == "full"
    assert entry["data"] == {"digest": None, "inside": 24, "held_out": 2}
    assert sorted(p.name for p in out.parent.iterdir()) == [
        "card.yaml",
        "mine-bases.safetensors",
        "mine-entries.safetensors",
    ]


def test_fewer_layers_yield_fewer_stages(full):
    out, _ = full
    names = [s.name for s in use(out, layers=1).stages(low_face(), 0)]
    assert names == ["bicubic", "residual", "mnce-1"]
    (only,) = bare("dcnn_mnce", {"start": "bicubic", "layers": 0}).stages(low_face(), 0)
    assert only.name == "bicubic"


def test_more_neighbours_than_entries_and_three_entries_still_work(full):
    out, _ = full
    last = [s.pixels for s in use(out, neighbours=24).stages(low_face(), 0)][-1]
    more = [s.pixels for s in use(out, neighbours=5000).stages(low_face(), 0)][-1]
    np.testing.assert_array_equal(last, more)
    three = use(out, entries=3)
    assert three.gallery.size == 3
    assert len(list(three.stages(low_face(), 0))) == 5


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"start": "denoiser"}, "built for the start bicubic, not denoiser"),
        ({"partition": "patches"}, "built for the partition components, not patches"),
        ({"entries": 25}, "entries is 25, but the gallery holds 24"),
    ],
)
def test_a_gallery_for_something_else_is_refused(full, settings, words):
    with pytest.raises(FhguiError, match=words) as caught:
        use(full[0], **settings)
    assert caught.value.hint


def test_a_gallery_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WeightsError, match="none-bases"):
        use(tmp_path / "none")


def test_a_gallery_of_another_scale_is_refused(full):
    out, _ = full
    config = Config(gallery=str(out), start="bicubic")
    with pytest.raises(WeightsError, match="built for the scale 8, not 4"):
        load_gallery(dataclasses.replace(registry.info("dcnn_mnce"), scale=4), config)


def test_faces_are_reduced_as_the_settings_say(faces, tmp_path):
    average = options(kind="full", settings={"degradation": "average"})
    dcnn_mnce.build(faces, tmp_path / "mine", average)
    assert use(tmp_path / "mine", degradation="average").gallery.spec.degradation == "average"
    with pytest.raises(WeightsError, match="built for the degradation average, not bicubic"):
        use(tmp_path / "mine")
    plan = dcnn_mnce.make_plan(faces, average, "dcnn_mnce")
    wanted = faces.pixels[0].astype(float).reshape(16, 8, 16, 8, 3).mean(axis=(1, 3))
    low = dcnn_mnce._reducer(plan)(faces.pixels[0])
    np.testing.assert_array_equal(low, np.floor(wanted + 0.5))


def test_a_gallery_that_does_not_say_how_faces_were_reduced_is_taken(full):
    config = Config(gallery=str(full[0]), start="bicubic", degradation="average")
    with pytest.raises(WeightsError, match="built for the degradation bicubic, not average"):
        load_gallery(registry.info("dcnn_mnce"), config)
    assert load_gallery(registry.info("dcnn_mnce"), Config(degradation="average"))[0].size


def test_many_faces_at_once_give_the_same_results(full):
    method = use(full[0])
    faces = [low_face(), low_face()]
    alone = list(method.stages(faces[0], 0))[-1].pixels
    for result in method.restore_many(faces):
        assert np.abs(result.astype(int) - alone).max() <= 1


def test_prototypes_of_patches_are_built_and_used(faces, tmp_path):
    settings = {"patches_per_side": 6, "contexts_px": [0], "feature_dims": 4}
    chosen = options(kind="patches", prototypes=3, settings=settings)
    dcnn_mnce.build(faces, tmp_path / "mine.safetensors", chosen)
    method = use(tmp_path / "mine", partition="patches", layers=1)
    assert min(e.members.min() for e in method.gallery.entries[0]) >= 8
    assert len(method.gallery.regions) == 36
    assert len(list(method.stages(low_face(), 0))) == 3
    with pytest.raises(MethodError, match="layers is 3, but the gallery has 1"):
        use(tmp_path / "mine", partition="patches")


def test_a_stopped_build_goes_on(full, faces, tmp_path, monkeypatch):
    monkeypatch.setattr(dcnn_mnce, "CHUNK", 8)
    chosen = options(kind="full", work=tmp_path / "work")

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(dcnn_mnce, "build_layers", stop)
        with pytest.raises(KeyboardInterrupt):
            dcnn_mnce.build(faces, tmp_path / "mine", chosen)
    assert not list(tmp_path.glob("*.safetensors"))
    monkeypatch.setattr(
        dcnn_mnce, "load_global_faces", lambda *_: (lambda y: pytest.fail("computed twice"), ())
    )
    written = dcnn_mnce.build(faces, tmp_path / "mine", chosen)
    for path in written:
        once, again = load_file(full[0].parent / path.name), load_file(path)
        assert once.keys() == again.keys()
        for name, array in once.items():
            np.testing.assert_array_equal(again[name], array)
    assert [p.suffix for p in (tmp_path / "work").iterdir()] == [".npy"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"faces": 3}, "3 faces, 2 of them held out, are too few"),
        ({"prototypes": 4}, "26 faces, 2 of them held out, are too few"),
        ({"kind": "photographs"}, "no gallery of the kind 'photographs'"),
        ({"start": "noise"}, "no start 'noise'"),
        ({"settings": {"partition": "halves"}}, "no partition 'halves'"),
        ({"settings": {"colour": 3}}, "no setting colour"),
        ({"settings": {"degradation": "age"}}, "no degradation 'age'"),
        ({"settings": {"feather_px": "wide"}}, "feather_px cannot be 'wide'"),
        ({"settings": {"feature_dims": 0}}, "at least 1"),
        ({"settings": {"contexts_px": [0, 0, 0, 0]}}, "4 layers"),
        ({"kind": "patches", "settings": {"patches_per_side": 5}}, "leave gaps"),
    ],
)
def test_builds_without_sense_are_refused_before_they_begin(faces, tmp_path, values, words):
    with pytest.raises(FhguiError, match=words):
        dcnn_mnce.build(faces, tmp_path / "mine", options(**values))
    assert not list(tmp_path.iterdir())


def test_faces_of_another_size_are_refused(tmp_path):
    with pytest.raises(FhguiError, match="64×64 px, dcnn_mnce needs 128×128"):
        dcnn_mnce.build(invented(20, side=64), tmp_path / "mine", options())


def test_a_method_without_gallery_is_refused():
    with pytest.raises(MethodError, match="srcnn has no gallery"):
        builder("srcnn")
    assert builder("dcnn_mnce") is dcnn_mnce.build


@pytest.mark.parametrize("part", ["bases", "entries"])
def test_the_bundled_gallery_holds_means_of_at_least_eight(part):
    path = paths.model_file(f"dcnn_mnce/prototypes-{part}.safetensors")
    members = [v for k, v in load_file(path).items() if k.endswith(".members")]
    assert all(m.min() >= 8 for m in members)
    spec = load_gallery(registry.info("dcnn_mnce"), Config())[0].spec
    assert len(members) == (0 if part == "bases" else 3 * len(areas(spec)))
