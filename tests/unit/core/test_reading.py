"""Readings in words."""

import pytest

from fhgui.core.method import Reading


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (-12.5, "°", "Angle -12.5°"),
        (0.25, "px", "Angle 0.25 px"),
        (1.0, "", "Angle 1"),
        ("motion", "", "Angle motion"),
    ],
)
def test_words_have_title_value_and_unit(value: float | str, unit: str, words: str) -> None:
    assert Reading("name", value, unit, "Angle").words == words
