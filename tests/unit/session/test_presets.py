"""Presets: those of the method, the analyst's own in a file, removal undone."""

from pathlib import Path

import pytest

from fhgui.core.errors import FhguiError, InputError, MethodError, OutputError
from fhgui.session.presets import DEFAULTS, Presets


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "presets.json"


def names(presets: Presets, method: str = "dcnn_mnce") -> list[str]:
    return [p.name for p in presets.of(method)]


def test_a_saved_preset_is_there_in_the_next_window(file: Path) -> None:
    presets = Presets(file)
    before = names(presets)
    assert before[0] == "Defaults"
    presets.save("dcnn_mnce", "  Two   layers ", {"layers": 2, "prior": "faces"})
    again = Presets(file)
    assert names(again) == [*before, "Two layers"]
    assert again.own("dcnn_mnce")[0].values == (("layers", 2),)  # the default is left out
    assert names(again, "lcr") == ["Defaults"]
    found = again.matching("dcnn_mnce", {"layers": 2})
    assert found is not None
    assert found.name == "Two layers"
    assert again.matching("dcnn_mnce", {"layers": 3}) == DEFAULTS
    assert again.matching("dcnn_mnce", {"layers": 1}) is None


def test_removal_is_undone(file: Path) -> None:
    presets = Presets(file)
    presets.save("lcr", "All", {"neighbours": 0})
    presets.remove("lcr", "All")
    assert Presets(file).own("lcr") == ()
    presets.history.undo()
    presets.keep()
    assert [p.name for p in Presets(file).own("lcr")] == ["All"]


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("", {}, InputError),
        ("x" * 61, {}, InputError),
        ("Denoiser only", {}, InputError),
        ("Mine", {"layers": 9}, MethodError),
        ("Mine", {"nothing": 9}, MethodError),
    ],
)
def test_what_is_no_preset_is_refused(
    file: Path, name: str, values: dict[str, object], kind: type[FhguiError]
) -> None:
    with pytest.raises(kind):
        Presets(file).save("dcnn_mnce", name, values)
    assert not file.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '[{"method": "gone", "name": "a", "values": {}}]']
)
def test_a_damaged_file_is_no_obstacle(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    presets = Presets(file)
    assert presets.history.value == ()
    presets.save("lcr", "All", {"neighbours": 0})
    assert len(Presets(file).history.value) == 1


def test_a_file_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("a file where the folder should be")
    presets = Presets(tmp_path / "settings" / "presets.json")
    with pytest.raises(OutputError, match=r"presets\.json"):
        presets.save("lcr", "All", {"neighbours": 0})
    assert presets.history.value == ()


def test_two_windows_keep_the_presets_of_each_other(file: Path) -> None:
    one, other = Presets(file), Presets(file)
    one.save("lcr", "One", {"neighbours": 0})
    other.save("lcr", "Other", {"neighbours": 5})
    one.save("lcr", "More", {"neighbours": 7})
    assert {p.name for p in Presets(file).own("lcr")} == {"One", "Other", "More"}
    one.remove("lcr", "One")
    assert {p.name for p in Presets(file).own("lcr")} == {"Other", "More"}


def test_what_is_offered_takes_the_place_of_nothing(file: Path) -> None:
    presets = Presets(file)
    assert presets.offer("lcr", "Ours", {"gallery": "galleries/ours"}) == "Ours"
    assert presets.offer("lcr", "Again", {"gallery": "galleries/ours"}) == "Ours"
    assert presets.offer("lcr", "Ours", {"gallery": "galleries/others"}) == "Ours 2"
    assert presets.offer("lcr", "Defaults", {"neighbours": 3}) == "Defaults 2"
    assert [p.name for p in presets.own("lcr")] == ["Defaults 2", "Ours", "Ours 2"]
