"""Learning rates: warm-up, and how each schedule falls."""

import pytest

from fhgui.training.recipe import Recipe
from fhgui.training.schedule import Moment, factor


def rate(moment, **settings):
    base = {"learning_rate": 1.0, "learning_rate_end": 0.1, "warmup_steps": 0}
    return factor(Recipe(task="t", steps=10, batch=1, **{**base, **settings}), moment)


def test_a_time_budget_ends_at_the_lowest_rate_whatever_the_schedule():
    for schedule in ("exponential", "step", "plateau", "constant"):
        chosen = {"schedule": schedule, "decay_epochs": (50.0,)}
        assert rate(Moment(9, 1, 0.69, timed=True), **chosen) == rate(Moment(9, 1, 0.69), **chosen)
        assert rate(Moment(9, 1, 0.85, timed=True), **chosen) == pytest.approx(
            rate(Moment(9, 1, 0.85), **chosen) / 2
        )
        assert rate(Moment(9, 1, 1.0, timed=True), **chosen) == pytest.approx(0.1)


def test_the_rate_warms_up_and_falls_by_a_cosine():
    assert rate(Moment(0, 0, 0), warmup_steps=5) == pytest.approx(0.2)
    assert rate(Moment(10, 0, 0), warmup_steps=5) == pytest.approx(1.0)
    assert rate(Moment(10, 0, 0.5)) == pytest.approx(0.55)
    assert rate(Moment(10, 0, 2.0)) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("settings", "moment", "expected"),
    [
        ({"schedule": "exponential", "decay": 0.99}, Moment(1, 3.7, 0), 0.99**3),
        ({"schedule": "step", "decay": 0.5, "decay_epochs": (10.0, 25.0)}, Moment(1, 9.9, 0), 1.0),
        ({"schedule": "step", "decay": 0.5, "decay_epochs": (10.0, 25.0)}, Moment(1, 25, 0), 0.25),
        ({"schedule": "plateau", "decay": 0.5}, Moment(1, 9, 0, drops=2), 0.25),
        ({"schedule": "constant"}, Moment(1, 9, 0.9), 1.0),
        ({"schedule": "plateau", "decay": 0.5}, Moment(1, 9, 0, drops=9), 0.1),
    ],
)
def test_the_other_schedules(settings, moment, expected):
    assert rate(moment, **settings) == pytest.approx(expected)
