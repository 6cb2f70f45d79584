"""Forms and checks come from the config dataclass: every field is known by type, range and text."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from fhgui.core.errors import MethodError
from fhgui.core.setting import Bounds
from fhgui.methods import registry
from fhgui.methods.settings import Kind, field_docstrings, settings_of


@dataclass(frozen=True)
class Plain:
    """A config."""

    shown: bool = True
    """Whether it is."""
    steps: int = 3
    shift: float = -1.0
    name: str = "x"
    sizes: tuple[int, ...] = (1, 2)
    cut_px: float | None = None


@dataclass(frozen=True)
class Extended(Plain):
    """One that extends it."""

    kind: Literal["a", "b"] = "a"
    """Which of
    the two."""
    degradation: str = "bicubic"
    share: Annotated[float, Bounds(0, 1)] = 0.5


def test_every_kind_of_field_is_told_apart() -> None:
    found = {s.name: s for s in settings_of(Extended)}
    assert {name: s.kind for name, s in found.items()} == {
        "shown": Kind.SWITCH,
        "steps": Kind.WHOLE,
        "shift": Kind.REAL,
        "name": Kind.TEXT,
        "sizes": Kind.NUMBERS,
        "cut_px": Kind.REAL,
        "kind": Kind.CHOICE,
        "degradation": Kind.CHOICE,
        "share": Kind.REAL,
    }
    assert found["kind"].choices == ("a", "b")
    assert "motion" in found["degradation"].choices
    assert found["cut_px"].optional
    assert found["cut_px"].title == "Cut"
    assert found["shift"].bounds.least < 0
    assert found["share"].bounds == Bounds(0, 1)


def test_texts_under_fields_are_their_help_inherited_ones_too() -> None:
    assert field_docstrings(Extended) == {"shown": "Whether it is.", "kind": "Which of the two."}


@pytest.mark.parametrize("method", registry.method_ids())
def test_every_setting_of_every_method_has_a_help_text(method: str) -> None:
    settings = settings_of(type(registry.default_config(method)))
    assert [s.name for s in settings if not s.help.endswith(".")] == []


@pytest.mark.parametrize("method", registry.method_ids())
def test_defaults_and_presets_are_settings_that_a_method_takes(method: str) -> None:
    default = registry.default_config(method)
    named = {s.name: s.default for s in settings_of(type(default))}
    assert registry.make_config(method, named) == default
    presets = registry.info(method).presets
    assert len({p.name for p in presets}) == len(presets)
    for preset in presets:
        assert registry.make_config(method, dict(preset.values)) != default


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"layers": 4}, "from 0 to 3"),
        ({"layers": -1}, "from 0 to 3"),
        ({"neighbours": 0}, "of 1 or more"),
        ({"locality": float("nan")}, "of 0 or more"),
        ({"prior": "dogs"}, "faces, natural"),
        ({"degradation": "rain"}, "bicubic"),
    ],
)
def test_a_value_out_of_range_is_refused_with_what_can_be_given(
    values: dict[str, object], words: str
) -> None:
    with pytest.raises(MethodError, match=words):
        registry.make_config("dcnn_mnce", values)
