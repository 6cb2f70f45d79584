"""Similarities and what transformers do with them."""

import numpy as np
import pytest
import torch

from fhgui.alignment.cutting import cut_face
from fhgui.blocks import straightening
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.steps import Bicubic, Turned, apply


@pytest.fixture
def similarity():
    random = Random.of_samples(0, np.arange(5), np.zeros(5))
    return Turned(turn_deg=40, shift=0.1, scale=(0.7, 1.3)).similarity(random, 32)


@pytest.fixture
def smooth():
    y, x = np.mgrid[:32, :32] / 31
    picture = np.stack([x, y, (x - 0.4) ** 2 + (y - 0.6) ** 2], axis=0) * 255
    return torch.from_numpy(picture)[None].repeat(5, 1, 1, 1)


def test_a_similarity_and_its_inverse_are_the_identity(similarity):
    for both in (
        straightening.compose(similarity, straightening.invert(similarity)),
        straightening.compose(straightening.invert(similarity), similarity),
    ):
        np.testing.assert_allclose(both, np.tile([0, 1, 0, 0], (5, 1)), atol=1e-5)


def test_composed_similarities_map_points_one_after_the_other(similarity):
    other = similarity.roll(1, 0)
    x = torch.tensor([3.0, -2.0])

    def moved(s, point):
        cos, sin = torch.cos(s[:, 0]) * s[:, 1], torch.sin(s[:, 0]) * s[:, 1]
        rows = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
        return (rows @ point[..., None])[..., 0] + s[:, 2:]

    both = straightening.compose(similarity, other)
    np.testing.assert_allclose(moved(both, x), moved(similarity, moved(other, x)), atol=1e-5)


def test_sampling_undoes_the_turn_of_the_degradation(similarity, smooth):
    random = Random.of_samples(0, np.arange(5), np.zeros(5))
    turned = Turned(turn_deg=40, shift=0.1, scale=(0.9, 1.1))
    seen = turned(smooth, random, (32, 32)).float()
    told = turned.similarity(random, 32)
    told[:, 2:] /= 15.5
    upright = straightening.sample(seen, told)
    inner = slice(8, 24)
    difference = (upright - smooth)[..., inner, inner].abs().mean()
    before = (seen - smooth)[..., inner, inner].abs().mean()
    assert difference < before / 10


def test_a_turned_face_is_that_of_the_protocols(smooth):
    random = Random.of_samples(3, np.arange(5), np.zeros(5))
    low = apply((Turned(), Bicubic()), smooth, random, (4, 4))
    angle, scale, *shift = Turned().similarity(random.child(0), 4)[2].double().tolist()
    linear = scale / 8 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([linear, np.array(shift) + 1.5 - linear @ [15.5, 15.5]])
    face = smooth[2].permute(1, 2, 0).round().to(torch.uint8).numpy()
    cut = cut_face(face, FaceAlignment(matrix, PlacedBy.BOX, "turned"), (4, 4)).pixels
    assert np.abs(cut.astype(int) - low[2].permute(1, 2, 0).numpy()).max() <= 3


def test_shifts_are_told_in_pixels_of_the_input():
    half_a_width = torch.tensor([[0.0, 1.0, 1.0, 0.0]])
    # 16 pixels lie on a grid of 32 places: its outermost are 15.5 places or 7.75 pixels off
    assert float(straightening.in_pixels(half_a_width, 16, 32)[0, 2]) == 7.75


def test_disagreement_is_the_mean_square_distance_on_the_circle(similarity):
    told, true = similarity, similarity.roll(1, 0)
    angles = torch.linspace(0, 2 * np.pi, 65)[:-1]
    circle = 5.0 * torch.stack([torch.cos(angles), torch.sin(angles)], 1)

    def places(s):
        cos, sin = torch.cos(s[:, 0]) * s[:, 1], torch.sin(s[:, 0]) * s[:, 1]
        rows = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
        return torch.einsum("nij,pj->npi", rows, circle) + s[:, None, 2:]

    counted = (places(told) - places(true)).square().sum(-1).mean() / 25
    found = straightening.disagreement(told, true, 5.0)
    assert float(found) == pytest.approx(float(counted), rel=1e-4)


def test_localisation_starts_at_the_identity():
    layers = torch.nn.Sequential(*straightening.unpadded(3, 4, 3))
    network = straightening.Straightening(layers, 16, 5)
    told = network(torch.rand(2, 3, 4, 4))
    assert told.tolist() == [[0, 1, 0, 0]] * 2
