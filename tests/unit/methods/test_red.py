"""Step 1: the schedule, and the fixed points of the iteration."""

import numpy as np
import pytest

from fhgui.imaging.operators import make_operator
from fhgui.methods.dcnn_mnce.red import RedSchedule, global_faces, iterate

SCHEDULE = RedSchedule(6, 49.0, 8.0, 3.5e-5, 1.3e-3)


def test_schedule_is_log_spaced():
    sigmas, lambdas = np.array(SCHEDULE.pairs()).T
    assert sigmas[[0, -1]] == pytest.approx([49, 8])
    assert lambdas[[0, -1]] == pytest.approx([3.5e-5, 1.3e-3])
    np.testing.assert_allclose(np.diff(np.log(sigmas)), np.diff(np.log(sigmas))[0])


def test_the_truth_is_a_fixed_point_of_a_perfect_denoiser():
    truth = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3))
    operator = make_operator("bicubic", (32, 32), 8)
    y = np.stack([operator.forward(t) for t in truth])
    result = global_faces(y, np.zeros_like(truth), operator, lambda _, __: truth, SCHEDULE)
    np.testing.assert_allclose(result, truth, atol=1e-9)


def test_every_iterate_moves_toward_the_evidence():
    rng = np.random.default_rng(0)
    y, start = rng.uniform(0, 255, (1, 4, 4, 3)), rng.uniform(0, 255, (1, 32, 32, 3))
    operator = make_operator("bicubic", (32, 32), 8)
    iterates = list(iterate(y, start, operator, lambda x, _: x, SCHEDULE))
    assert len(iterates) == 6
    gap = np.abs(operator.forward(iterates[-1][0]) - y[0]).max()
    assert gap < 1e-3 * np.abs(operator.forward(start[0]) - y[0]).max()


def test_faces_do_not_influence_each_other():
    rng = np.random.default_rng(0)
    y, start = rng.uniform(0, 255, (2, 4, 4, 3)), rng.uniform(0, 255, (2, 32, 32, 3))
    operator = make_operator("bicubic", (32, 32), 8)
    both = global_faces(y, start, operator, lambda x, _: x / 2, SCHEDULE)
    one = global_faces(y[1:], start[1:], operator, lambda x, _: x / 2, SCHEDULE)
    np.testing.assert_allclose(both[1:], one, atol=1e-9)
