"""fsgn: masks from the landmarks there are, the network the blur asks for, detail on demand."""

import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from fhgui import paths
from fhgui.alignment.placing import by_landmarks, output_matrix
from fhgui.alignment.templates import template
from fhgui.core.errors import MethodError, NoFaceError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.imaging.component_masks import component_masks, outlines
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.fsgn import landmarks as finding
from fhgui.methods.fsgn.config import INFO, WEIGHTS
from fhgui.methods.fsgn.method import painted
from fhgui.methods.fsgn.network import Fsgn, Spec, build
from fhgui.training.export import register, write_weights

SMALL = Spec(cells=4, channels=8, blocks=1, dilations=(2, 1), residual=True)
IDENTITY = np.eye(2, 3)


@pytest.fixture(autouse=True)
def installed(tmp_path, monkeypatch):
    """Install two small untrained networks, as different as their seeds."""
    monkeypatch.setitem(registry.PACKAGES, "fsgn", "fhgui.methods.fsgn")
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path,))
    torch.manual_seed(0)
    for seed, (mode, name) in enumerate(WEIGHTS.items()):
        network = build(SMALL, seed)
        torch.nn.init.normal_(network.head.weight, std=0.1)  # masks count, as after training
        path = tmp_path / name
        write_weights(network, path, {"method": "fsgn", "part": mode}, SMALL)
        register(path, {"what": "untrained"})
    return tmp_path


def low_face(hw=INFO.input_hw, seed=0):
    rng = np.random.default_rng(seed)
    return imresize(rng.integers(40, 216, (5, 4, 3)).astype(np.uint8), hw)


def aligned(pixels, landmarks=None, by=PlacedBy.ALIGNED):
    return FaceImage(pixels, FaceAlignment(IDENTITY, by, "face320", landmarks))


def stages_of(face, seed=0, **settings):
    return {s.name: s for s in registry.load("fsgn", settings).stages(face, seed)}


def reading(stage, name):
    return next(r.value for r in stage.readings if r.name == name)


def test_stages_and_origins():
    stages = stages_of(aligned(low_face()))
    assert list(stages) == [name for name, _ in INFO.stages]
    assert [s.origin for s in stages.values()] == [
        Origin.INTERPOLATED,
        Origin.INTERPOLATED,
        Origin.SYNTHESISED,
    ]
    assert {s.pixels.shape for s in stages.values()} == {(320, 240, 3)}


def test_masks_are_of_the_landmarks_that_the_analyst_set_in_the_frame():
    frame_points = 0.5 * template("face320").points + (40, 30)
    placed = by_landmarks(frame_points, "face320", INFO.input_hw, PlacedBy.ANALYST)
    stages = stages_of(FaceImage(low_face(), placed))
    linear = output_matrix(placed, 4)
    points = frame_points @ linear[:, :2].T + linear[:, 2]
    masks = component_masks(points, (320, 240))
    np.testing.assert_array_equal(stages["masks"].pixels, painted(masks))
    assert reading(stages["masks"], "landmarks") == "of the face (analyst)"
    drawn = [(o.title, o.points) for o in stages["bicubic"].outlines]
    for (title, corners), (name, expected) in zip(drawn, outlines(points), strict=True):
        assert title == name.capitalize()
        np.testing.assert_allclose(corners, expected)


def test_other_masks_give_another_base_layer():
    points = template("face320").points / 4
    here = stages_of(aligned(low_face(), points, PlacedBy.ANALYST))["base"].pixels
    there = stages_of(aligned(low_face(), points + 4, PlacedBy.ANALYST))["base"].pixels
    assert (here != there).any()


def test_landmarks_are_found_on_a_face(monkeypatch):
    seen = []

    def find(pixels, smallest_px):
        seen.append((pixels.shape, smallest_px))
        face = type("Found", (), {"landmarks": template("face320").points + 3})
        return (face,)

    monkeypatch.setattr(finding, "find_large_faces", find)
    stages = stages_of(aligned(low_face(), by=PlacedBy.BOX))
    assert seen == [((320, 240, 3), 80.0)]
    assert reading(stages["masks"], "landmarks") == "found on the enlarged picture"
    masks = component_masks(template("face320").points + 3, (320, 240))
    np.testing.assert_array_equal(stages["masks"].pixels, painted(masks))


def test_a_box_without_a_face_asks_for_landmarks():
    with pytest.raises(NoFaceError, match=r"no landmarks are found.*by hand"):
        stages_of(aligned(low_face(), by=PlacedBy.BOX))


@pytest.mark.parametrize("hw", [(80, 60), (32, 32), (17, 41)])
def test_an_aligned_picture_without_a_face_has_the_mean_faces_masks(hw):
    stages = stages_of(aligned(low_face(hw)))
    assert reading(stages["masks"], "landmarks").startswith("of the mean face")
    height, width = 4 * hw[0], 4 * hw[1]
    assert stages["base"].pixels.shape == (height, width, 3)
    across = np.flatnonzero(stages["masks"].pixels.any((0, 2)))
    assert (across[0] + across[-1]) / 2 == pytest.approx((width - 1) / 2, abs=0.03 * width)


def test_masks_outside_the_face_still_give_a_result():
    far = template("face320").points / 4 + 500
    stages = stages_of(aligned(low_face(), far, PlacedBy.ANALYST))
    assert not stages["masks"].pixels.any()


def test_the_blur_chooses_the_network():
    rng = np.random.default_rng(2)
    sharp = rng.integers(0, 256, (80, 60, 3)).astype(np.uint8)
    moved = convolve(sharp.astype(float), np.ones((1, 9, 1)) / 9)
    for pixels, mode in ((sharp, "sr"), (np.rint(moved).astype(np.uint8), "deblur")):
        auto, chosen = stages_of(aligned(pixels)), stages_of(aligned(pixels), mode=mode)
        assert reading(auto["bicubic"], "network") == mode
        np.testing.assert_array_equal(auto["base"].pixels, chosen["base"].pixels)
    assert reading(auto["bicubic"], "blur") == "motion"
    assert reading(auto["bicubic"], "blur_length_px") > 0
    assert reading(auto["bicubic"], "blur_angle_deg") == 0


def test_the_mean_with_the_mirrored_face_does_not_know_left_from_right():
    points = template("face320").points / 4 + 500  # no masks, which are their own mirror picture
    face = aligned(low_face(), points, PlacedBy.ANALYST)
    mirror = aligned(np.ascontiguousarray(face.pixels[:, ::-1]), points, PlacedBy.ANALYST)
    here, there = (stages_of(f)["base"].pixels for f in (face, mirror))
    np.testing.assert_allclose(here, there[:, ::-1].astype(float), atol=1)
    plain = stages_of(face, mirrored=False)["base"].pixels
    assert (plain != here).any()


def test_one_mode_needs_one_file(installed):
    deblur = installed / "fsgn" / "deblur.safetensors"
    moved = deblur.replace(installed / "fsgn" / "mine.safetensors")
    register(moved, {"what": "somebody's own"})
    own = registry.load("fsgn", {"mode": "deblur", "deblur_weights": "fsgn/mine"})
    assert [a.name for a in own.assets] == ["fsgn/mine.safetensors"]
    assert len(registry.load("fsgn", {"mode": "sr"}).assets) == 1
    with pytest.raises(WeightsError, match="is missing"):
        registry.load("fsgn", {})


def test_masks_are_moved_as_far_as_asked_and_by_the_seed():
    face = aligned(low_face(), template("face320").points / 4, PlacedBy.ANALYST)
    parts = [
        stages_of(face, seed, mask_shift_px=px)["bicubic"].outlines[0].points
        for seed, px in ((0, 0.0), (0, 7.0), (1, 7.0))
    ]
    shifts = [part - parts[0] for part in parts[1:]]
    for shift in shifts:
        np.testing.assert_allclose(np.hypot(*shift.T), 7, atol=1e-4)
    assert np.abs(shifts[0] - shifts[1]).max() > 0.1


def test_an_empty_place_for_the_gallery_is_named():
    with pytest.raises(WeightsError, match=r"full.*gallery file is missing"):
        registry.load("fsgn", {"detail": True})


@pytest.mark.parametrize(
    "spec",
    [
        Spec(channels=8, blocks=1, dilations=(2,)),
        Spec(channels=8, blocks=1, dilations=(2,), masks=False, local_skip=False),
        Spec(cells=4, channels=8, blocks=1, dilations=(5, 1)),
        Spec(cells=2, channels=8, blocks=2, dilations=(3,), residual=True),
    ],
)
def test_networks_keep_the_size_of_any_picture(spec):
    network = build(spec)
    for hw in ((16, 24), (32, 8)):
        assert network(torch.rand(2, 7, *hw)).shape == (2, 3, *hw)


def test_every_place_of_the_papers_network_sees_far_around_it():
    network = Fsgn(Spec(channels=2, blocks=1))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(0.01)
    seen = torch.rand(1, 7, 91, 91, requires_grad=True)
    network(seen)[0, :, 45, 45].sum().backward()
    reached = torch.nonzero(seen.grad.abs().sum((0, 1)))
    radius = 1 + 2 * (5 + 4 + 3 + 2 + 1) + 1 + 1
    assert reached.min() == 45 - radius
    assert reached.max() == 45 + radius


def test_masks_do_not_matter_to_a_network_without():
    network = build(Spec(channels=8, blocks=1, dilations=(1,), masks=False))
    seen = torch.rand(1, 7, 16, 16)
    other = seen.clone()
    other[:, 3:] = 1 - other[:, 3:]
    torch.testing.assert_close(network(seen), network(other))


def test_a_wrong_size_is_named():
    with pytest.raises(MethodError, match="sides of 4 to 128"):
        stages_of(aligned(low_face((200, 150))))
