"""FSIM obeys its laws and agrees with figures of an independent program."""

import numpy as np
import pytest

from fhgui.evaluation.fsim import fsim, phase_congruency
from fhgui.imaging.colour import gray
from fhgui.imaging.resize import imresize


def test_of_equal_pictures_is_one(astronaut: np.ndarray) -> None:
    assert fsim(gray(astronaut), gray(astronaut)) == pytest.approx(1)


def test_is_symmetric_and_falls_with_blur(astronaut: np.ndarray) -> None:
    sharp = gray(astronaut)
    reduced = [imresize(imresize(sharp, (n, n)), sharp.shape) for n in (128, 64, 32)]
    values = [fsim(sharp, blurred) for blurred in reduced]
    assert values == sorted(values, reverse=True)
    assert values[0] < 1
    assert fsim(reduced[0], sharp) == pytest.approx(values[0], abs=1e-12)


def test_agrees_with_an_independent_program(astronaut: np.ndarray) -> None:
    """Its figures for this picture, even and odd sizes, to six digits."""
    for cut, expected in (((256, 256), 0.85216910), ((121, 99), 0.92371766)):
        sharp = gray(astronaut[: cut[0], : cut[1]])
        small = imresize(sharp, (cut[0] // 4, cut[1] // 4))
        assert fsim(sharp, imresize(small, cut)) == pytest.approx(expected, abs=1e-6)


def test_constant_pictures_have_no_features() -> None:
    black, white = np.zeros((40, 50), np.uint8), np.full((40, 50), 255, np.uint8)
    assert fsim(black, black) == pytest.approx(1)
    assert fsim(black, white) <= 1
    assert np.isfinite(fsim(black, white))


def test_phase_congruency_lies_between_0_and_1_and_finds_an_edge() -> None:
    step = np.zeros((64, 64))
    step[:, 32:] = 200
    found = phase_congruency(step)
    assert 0 <= found.min() <= found.max() <= 1
    across = found[32, 16:48]  # the picture is periodic to the filters: not its border
    assert abs(int(across.argmax()) - 16) <= 1
