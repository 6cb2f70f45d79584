"""TDN and UR-DGN with tiny weights: stages, what the transformers say, folding, files."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from fhgui import paths
from fhgui.alignment.cutting import cut_face
from fhgui.alignment.similarity import apply, invert
from fhgui.alignment.templates import template
from fhgui.blocks.convolution import fold_batch_norm
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import Box, FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.evaluation.pose import pose_of
from fhgui.imaging.resize import imresize
from fhgui.methods import turning
from fhgui.methods.atlas.turned import config as atlas_config
from fhgui.methods.atlas.turned import method as atlas
from fhgui.methods.tdn import aligner
from fhgui.methods.tdn import config as tdn_config
from fhgui.methods.tdn import method as tdn
from fhgui.methods.tdn.network import Spec, Upsampler, build
from fhgui.methods.urdgn import config as urdgn_config
from fhgui.methods.urdgn import method as urdgn
from tests.helpers.models import (
    tiny_atlas_turned,
    tiny_tdn,
    tiny_urdgn,
    turned_straightener,
    turned_tdn,
)

HALF_LOW_PX = 7.5
"""Half width of a grid of 16 pixels, centre to centre."""


@pytest.fixture
def models(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path,))
    return tmp_path


def face_of(pixels):
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


def sharp_face(seed=0, side=128):
    rng = np.random.default_rng(seed)
    return imresize(rng.integers(40, 216, (6, 6, 3)).astype(np.uint8), (side, side))


def turn(angle_deg, scale, right_px, down_px, side_px):
    """Return the 2×3 matrix from an upright 128×128 face to a grid of ``side_px``."""
    similarity = torch.tensor([math.radians(angle_deg), scale, right_px, down_px])
    to_low = turning.matrix_of(similarity, side_px)
    k = side_px / 128
    return np.column_stack(
        [to_low[:, :2] * k, to_low[:, :2] @ np.full(2, (k - 1) / 2) + to_low[:, 2]]
    )


@pytest.mark.parametrize("method_id", ["tdn", "atlas_turned"])
def test_stages_and_their_origins(models, method_id):
    METHODS[method_id][0](models)
    method = loaded(method_id)
    low = sharp_face(side=16)
    stages = list(method.stages(face_of(low), 0))
    assert tuple((s.name, s.title) for s in stages) == method.info.stages
    assert [s.pixels.shape for s in stages] == [(128, 128, 3)] * 4
    assert [s.origin for s in stages] == [Origin.INTERPOLATED] * 3 + [Origin.SYNTHESISED]
    np.testing.assert_array_equal(stages[0].pixels, imresize(low, (128, 128)))
    again = list(loaded(method_id).stages(face_of(low), 1))
    for one, other in zip(stages, again, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
        assert one.readings == other.readings


def test_what_the_transformers_see_is_told_and_undone(models):
    first, second = (math.radians(25), 1.1, 0.1, 0.0), (math.radians(5), 0.9, 0.0, -0.05)
    turned_tdn(models, first, second)
    method = tdn.load(tdn_config.Config(), "cpu")
    # STN1 looks at 32 places, STN2 at 64: their half widths in pixels of the input
    right, down = 0.1 * 15.5 / 2, -0.05 * 31.5 / 4
    cos, sin = 1.1 * math.cos(first[0]), 1.1 * math.sin(first[0])
    wanted = (30, 0.99, right - sin * down, cos * down)
    sharp = sharp_face()
    low = cut_face(
        sharp, FaceAlignment(turn(*wanted, 16), PlacedBy.BOX, "celeba128"), (16, 16)
    ).pixels
    bicubic, by_first, by_both, result = method.stages(face_of(low), 0)
    assert bicubic.readings == result.readings == ()
    assert [r.name for r in by_both.readings] == ["angle_deg", "scale", "shift_x_px", "shift_y_px"]
    assert by_first.readings[0].value == pytest.approx(25, abs=0.03)
    told = [reading.value for reading in by_both.readings]
    np.testing.assert_allclose(told, wanted, atol=0.03)
    middle = slice(32, 96)
    smooth = imresize(imresize(sharp, (16, 16)), (128, 128))
    apart = np.abs(by_both.pixels.astype(float) - smooth)[middle, middle].mean()
    turned_apart = np.abs(bicubic.pixels.astype(float) - smooth)[middle, middle].mean()
    assert apart < 0.2 * turned_apart


def test_the_outline_is_the_upright_square_on_the_enlarged_input(models):
    turned_tdn(models, (math.radians(90), 0.5, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0))
    method = tdn.load(tdn_config.Config(), "cpu")
    bicubic = next(iter(method.stages(face_of(sharp_face(side=16)), 0)))
    first, both = bicubic.outlines
    # a quarter turn clockwise: the upright face's upper left corner lies at the upper right
    corners = [(95.5, 31.5), (95.5, 95.5), (31.5, 95.5), (31.5, 31.5)]
    np.testing.assert_allclose(first.points, corners, atol=0.03)  # half precision
    np.testing.assert_allclose(both.points, first.points, atol=0.01)
    titles = ("Straightened by STN1", "Straightened by STN1 and STN2")
    assert (first.title, both.title) == titles


def test_folding_norms_and_phases_changes_nothing():
    network = build(Spec(width=1 / 32)).eval()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_var.uniform_(0.5, 1.5)
        plain = network.conv4[0]
        low = torch.rand(2, 3, 16, 16)
        fast = fold_batch_norm(network)(low)
        plain.forward = plain.plain
        torch.testing.assert_close(fast, network(low), rtol=0, atol=1e-4)


def test_the_paper_s_width_is_the_default():
    assert Spec().filters() == (512, 256, 128, 64)
    assert 3.3e6 < sum(p.numel() for p in Upsampler(Spec()).parameters()) < 3.5e6


def test_each_variant_has_a_file_of_its_own(models):
    plain, sharper = tiny_tdn(models), tiny_tdn(models, adversarial=True, seed=1)
    face = face_of(sharp_face(side=16))
    results = []
    for adversarial, path in ((False, plain), (True, sharper)):
        method = tdn.load(tdn_config.Config(adversarial=adversarial), "cpu")
        assert [a.name for a in method.assets] == [path.relative_to(models).as_posix()]
        assert method.info.assets == (("weights", method.assets[0].name),)
        results.append(list(method.stages(face, 0))[-1].pixels)
    assert np.any(results[0] != results[1])
    sharper.unlink()
    with pytest.raises(WeightsError, match=r"adversarial\.safetensors"):
        tdn.load(tdn_config.Config(adversarial=True), "cpu")


def test_it_straightens_and_has_no_stage_that_fits_the_turned_input():
    assert tdn_config.Config.takes_turned_faces
    assert "takes_turned_faces" not in {f.name for f in dataclasses.fields(tdn_config.Config)}
    assert not hasattr(tdn_config.Config(), "consistent")


METHODS = {
    "tdn": (tiny_tdn, tdn, tdn_config),
    "atlas_turned": (tiny_atlas_turned, atlas, atlas_config),
    "urdgn": (tiny_urdgn, urdgn, urdgn_config),
    "stn0": (lambda folder: turned_straightener(folder, (0, 1, 0, 0)), None, None),
}


ENLARGING = [method_id for method_id, (_, module, _) in METHODS.items() if module]


def loaded(method_id):
    _, module, config = METHODS[method_id]
    if module is None:
        return aligner.load_straightener()
    return module.load(config.Config(), "cpu")


@pytest.mark.parametrize("method_id", METHODS)
def test_weights_that_are_missing_damaged_or_of_another_kind_are_named(models, method_id):
    path = METHODS[method_id][0](models)
    loaded(method_id)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(WeightsError, match=f"damaged.*|{path.name}"):
        loaded(method_id)
    other = tiny_urdgn(models / "other") if method_id != "urdgn" else tiny_tdn(models / "other")
    path.write_bytes(other.read_bytes())
    (path.parent / "card.yaml").write_bytes(
        (other.parent / "card.yaml").read_bytes().replace(other.name.encode(), path.name.encode())
    )
    with pytest.raises(WeightsError, match="belongs to something else"):
        loaded(method_id)
    path.unlink()
    with pytest.raises(WeightsError, match="missing"):
        loaded(method_id)


@pytest.mark.parametrize("method_id", ENLARGING)
@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((16, 16, 3), np.uint16),
        np.full((16, 16, 3), np.nan),
        np.zeros((16, 16), np.uint8),
        np.zeros((16, 16, 4), np.uint8),
        np.zeros((24, 24, 3), np.uint8),
    ],
)
def test_inputs_of_the_wrong_kind_are_refused(models, method_id, pixels):
    METHODS[method_id][0](models)
    with pytest.raises(MethodError) as caught:
        list(loaded(method_id).stages(face_of(pixels), 0))
    assert caught.value.hint


@pytest.mark.parametrize("method_id", ENLARGING)
@pytest.mark.parametrize("value", [0, 255])
def test_a_constant_picture_gives_valid_pixels(models, method_id, value):
    METHODS[method_id][0](models)
    stages = list(loaded(method_id).stages(face_of(np.full((16, 16, 3), value, np.uint8)), 0))
    assert np.all(stages[0].pixels == value)
    assert all(s.pixels.dtype == np.uint8 for s in stages)


@pytest.mark.parametrize("method_id", ENLARGING)
def test_the_result_is_a_mean_with_the_mirrored_face(models, method_id):
    METHODS[method_id][0](models)
    method = loaded(method_id)
    low = sharp_face(side=16)
    result = list(method.stages(face_of(low), 0))[-1].pixels
    mirrored = list(method.stages(face_of(low[:, ::-1].copy()), 0))[-1].pixels
    assert np.abs(result.astype(int) - mirrored[:, ::-1]).max() <= 1


def at_a_glance():
    """Return STN0 as the paper has it: it looks once, at the face as it is."""
    return dataclasses.replace(aligner.load_straightener(), passes=1, mirrored=False)


class Answers:
    """A network that tells one turn after the other, whatever it sees."""

    def __init__(self, *turns):
        self.turns, self.seen = list(turns), []

    def __call__(self, low):
        self.seen.append(low)
        return torch.tensor([self.turns.pop(0)])


def test_stn0_looks_again_at_the_face_that_it_put_upright(models):
    turned_straightener(models, (0.0, 1.0, 0.0, 0.0))
    network = Answers((math.radians(30), 1.0, 0.0, 0.0), (math.radians(5), 1.1, 0.0, 0.5))
    twice = dataclasses.replace(aligner.load_straightener(), network=network, mirrored=False)
    sharp = sharp_face()
    placed = twice.alignment(sharp)
    found = pose_of(invert(placed.matrix) * 0.125, (16, 16))
    assert found.angle_deg == pytest.approx(35, abs=1e-4)
    assert found.scale == pytest.approx(1.1, abs=1e-5)
    assert not torch.equal(*network.seen)


def test_the_mirrored_face_has_its_say_turned_round(models):
    turned_straightener(models, (0.0, 1.0, 0.0, 0.0))
    network = Answers((0.2, 1.0, 0.4, 0.1), (-0.1, 1.2, -0.2, 0.3))
    once = dataclasses.replace(aligner.load_straightener(), network=network, passes=1)
    low = sharp_face(side=16)
    found = pose_of(invert(once.alignment(low).matrix), (16, 16))
    assert found.angle_deg == pytest.approx(math.degrees(0.15), abs=1e-4)
    assert found.scale == pytest.approx(1.1, abs=1e-5)
    assert found.shift_xy_px == pytest.approx((0.3, 0.2), abs=1e-5)
    assert torch.equal(network.seen[0], network.seen[1].flip(-1))


def test_stn0_puts_the_eyes_where_the_template_has_them(models):
    wanted = (20, 0.9, 0.6, -0.4)
    turned_straightener(models, (math.radians(20), 0.9, 0.6 / HALF_LOW_PX, -0.4 / HALF_LOW_PX))
    straightener = at_a_glance()
    low = cut_face(
        sharp_face(), FaceAlignment(turn(*wanted, 16), PlacedBy.BOX, "celeba128"), (16, 16)
    ).pixels
    placed = straightener.alignment(low)
    assert placed.placed_by is PlacedBy.NETWORK
    assert placed.landmarks is None
    eyes = template("celeba128").reduced(2)
    np.testing.assert_allclose(aligner.eyes_of(placed), apply(turn(*wanted, 16), eyes), atol=5e-3)
    np.testing.assert_allclose(
        apply(placed.matrix, aligner.eyes_of(placed)), (eyes + 0.5) / 8 - 0.5, atol=1e-6
    )
    assert straightener.assets[0].sha256 in aligner.told(straightener)


@pytest.mark.parametrize("side", [16, 48, 128])
def test_a_face_is_placed_alike_on_pictures_of_any_size(models, side):
    turned_straightener(models, (math.radians(-30), 1.2, 0.0, 0.1))
    straightener = at_a_glance()
    eyes = aligner.eyes_of(straightener.alignment(sharp_face(side=side)))
    small = aligner.eyes_of(straightener.alignment(sharp_face(side=16)))
    np.testing.assert_allclose((eyes + 0.5) / side, (small + 0.5) / 16, atol=1e-6)


def test_a_box_is_where_the_straightening_begins(models):
    turned_straightener(models, (0.0, 1.0, 0.0, 0.0))
    box = Box(30, 40, 91, 90)
    placed = aligner.load_straightener().in_box(sharp_face(side=200), box)
    x, y, width, height = template("celeba128").box
    corners = np.array([[x - 0.5, y - 0.5], [x + width - 0.5, y + height - 0.5]])
    on_frame = apply(invert(placed.matrix), (corners + 0.5) / 8 - 0.5)
    np.testing.assert_allclose(on_frame, [[29.5, 39.5], [120.5, 129.5]], atol=0.6)
    assert placed.box == box
