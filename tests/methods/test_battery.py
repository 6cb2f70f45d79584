"""One battery for every method of the registry: input checks, determinism, stages, weights."""

import dataclasses
import hashlib
import shutil

import numpy as np
import pytest
import torch
import yaml
from safetensors.numpy import save_file

from fhgui import paths
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.consistent import restore_all

IDS = registry.method_ids()
COMPUTED = ("bicubic", "evidence", "masks", "stn1", "stn2")
"""Stages without detail that was learned; what a network turned upright is one."""
WITH_ASSETS = [m for m in IDS if registry.info(m).assets]


def face_of(pixels):
    alignment = FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128")
    return FaceImage(pixels, alignment)


def invented_face(hw, seed=0):
    rng = np.random.default_rng(seed)
    return imresize(rng.integers(40, 216, (4, 4, 3)).astype(np.uint8), hw)


@pytest.fixture(scope="module", params=IDS)
def method(request):
    return registry.load(request.param)


def run(method, pixels, seed=0):
    return list(method.stages(face_of(pixels), seed))


def test_stages_are_those_promised_in_order(method):
    stages = run(method, invented_face(method.info.input_hw))
    assert tuple((s.name, s.title) for s in stages) == method.info.stages
    for stage in stages:
        assert stage.pixels.shape == (*method.info.output_hw, 3)
        assert stage.pixels.dtype == np.uint8


def test_origins_say_what_is_invented(method):
    stages = run(method, invented_face(method.info.input_hw))
    by_name = {s.name: s.origin for s in stages}
    assert "bicubic" in by_name
    if not method.info.generative:
        assert set(by_name.values()) == {Origin.INTERPOLATED}
        return
    computed = {name: o for name, o in by_name.items() if name in COMPUTED}
    assert set(computed.values()) == {Origin.INTERPOLATED}
    assert {by_name[name] for name in by_name.keys() - computed} <= {Origin.SYNTHESISED}
    assert stages[-1].origin is Origin.SYNTHESISED


def test_the_first_stage_is_the_evidence_enlarged(method):
    pixels = invented_face(method.info.input_hw)
    first = next(iter(method.stages(face_of(pixels), 0)))
    np.testing.assert_array_equal(first.pixels, imresize(pixels, method.info.output_hw))


def test_info_fits_its_template_and_scale(method):
    info = method.info
    assert tuple(n * info.scale for n in info.input_hw) == info.output_hw
    assert info == registry.info(info.id)
    assert info.paper
    assert info.purpose.endswith(".")


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((1, 1, 3), np.uint8),
        ((16, 16, 3), np.float32),
        ((16, 16, 3), np.uint16),
        ((16, 16, 3), np.int64),
        ((16, 16, 3), np.bool_),
        ((16, 16), np.uint8),
        ((16, 16, 1), np.uint8),
        ((16, 16, 4), np.uint8),
        ((0, 0, 3), np.uint8),
        ((1, 16, 16, 3), np.uint8),
    ],
)
def test_input_of_the_wrong_kind_is_refused_in_one_sentence(method, shape, dtype):
    with pytest.raises(MethodError) as caught:
        run(method, np.zeros(shape, dtype))
    assert method.info.title in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("hw", [(3, 16), (15, 16), (24, 20), (16, 129)])
def test_another_size_is_restored_or_refused_in_one_sentence(method, hw):
    pixels = invented_face(hw)
    if method.info.takes(hw):
        stages = run(method, pixels)
        larger = (hw[0] * method.info.scale, hw[1] * method.info.scale, 3)
        assert [s.pixels.shape for s in stages] == [larger] * len(method.info.stages)
        return
    with pytest.raises(MethodError, match="pixels, not") as caught:
        run(method, pixels)
    assert method.info.title in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_nan_is_refused(method):
    with pytest.raises(MethodError, match="8-bit"):
        run(method, np.full((*method.info.input_hw, 3), np.nan))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_constant_picture_gives_valid_pixels(method, value):
    stages = run(method, np.full((*method.info.input_hw, 3), value, np.uint8))
    assert np.all(stages[0].pixels == value)
    assert len(stages) == len(method.info.stages)


def test_input_is_left_alone(method):
    pixels = invented_face(method.info.input_hw)
    before = pixels.copy()
    pixels.setflags(write=False)
    run(method, pixels)
    np.testing.assert_array_equal(pixels, before)


def test_same_face_same_pixels_whatever_the_threads(method):
    pixels = invented_face(method.info.input_hw)
    threads = torch.get_num_threads()
    try:
        runs = []
        for count in (1, 2, 1):
            torch.set_num_threads(count)
            runs.append(run(method, pixels, seed=3))
    finally:
        torch.set_num_threads(threads)
    for first, second, third in zip(*runs, strict=True):
        np.testing.assert_array_equal(first.pixels, second.pixels)
        np.testing.assert_array_equal(first.pixels, third.pixels)


def test_a_second_load_gives_the_same_pixels(method):
    pixels = invented_face(method.info.input_hw, seed=1)
    again = registry.load(method.info.id)
    assert again.assets == method.assets
    np.testing.assert_array_equal(run(again, pixels)[-1].pixels, run(method, pixels)[-1].pixels)


def test_faces_in_one_go_are_as_one_by_one(method):
    faces = [face_of(invented_face(method.info.input_hw, seed)) for seed in range(3)]
    together = restore_all(method, faces)
    for face, pixels in zip(faces, together, strict=True):
        gap = np.abs(pixels.astype(int) - run(method, face.pixels)[-1].pixels)
        assert gap.max() <= 1  # sums of another order round a few values the other way
        assert np.mean(gap > 0) < 1e-3
    wrong = face_of(np.zeros((1, 1, 3), np.uint8))
    with pytest.raises(MethodError):
        restore_all(method, [*faces, wrong])


def test_a_run_can_be_stopped_at_every_stage(method):
    for stop in range(len(method.info.stages)):
        stages = method.stages(face_of(invented_face(method.info.input_hw)), 0)
        for _ in range(stop + 1):
            next(stages)
        stages.close()
        with pytest.raises(StopIteration):
            next(stages)


def test_config_is_frozen_and_described(method):
    assert dataclasses.is_dataclass(method.config)
    for field in dataclasses.fields(method.config):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(method.config, field.name, None)


def test_an_unknown_setting_is_refused(method):
    with pytest.raises(MethodError, match="no setting colour"):
        registry.load(method.info.id, {"colour": "red"})


def test_an_unknown_method_is_refused():
    with pytest.raises(MethodError, match="no method 'guess'"):
        registry.load("guess")


def test_bundled_assets_are_loaded_with_their_digests(method):
    assert tuple((a.role, a.name) for a in method.assets) == method.info.assets
    for asset in method.assets:
        path = paths.model_file(asset.name)
        card = yaml.safe_load((path.parent / "card.yaml").read_text(encoding="utf-8"))
        assert card["files"][path.name]["sha256"] == asset.sha256


@pytest.fixture(params=[(m, name) for m in WITH_ASSETS for _, name in registry.info(m).assets])
def copied(request, tmp_path, monkeypatch):
    """A method's id and one of its files, in a private copy of the models."""
    method_id, name = request.param
    for folder in {n.split("/")[0] for _, n in registry.info(method_id).assets}:
        source = paths.model_file(f"{folder}/card.yaml").parent
        shutil.copytree(source, tmp_path / folder)
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path,))
    return method_id, tmp_path / name


def test_missing_assets_are_named(copied):
    method_id, path = copied
    path.unlink()
    with pytest.raises(WeightsError, match=path.name):
        registry.load(method_id)


def test_damaged_assets_are_named(copied):
    method_id, path = copied
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=path.name):
        registry.load(method_id)


def test_assets_of_another_kind_are_refused(copied):
    method_id, path = copied
    save_file({"a": np.zeros(3, np.float16)}, path, {"method": "toy", "part": "network"})
    card = path.parent / "card.yaml"
    values = yaml.safe_load(card.read_text(encoding="utf-8"))
    values["files"][path.name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    card.write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(WeightsError, match=path.name):
        registry.load(method_id)
