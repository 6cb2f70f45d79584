"""A gallery of the user's own faces, from the train page to a result."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from fhgui.core.face import Box
from fhgui.gui import settings
from fhgui.gui.dialogs.make_gallery import MakeGalleryDialog
from fhgui.gui.window import MainWindow
from fhgui.session.builds import Builds, BuildStatus
from fhgui.session.gallery_order import GalleryOrder, gallery_order, gallery_place
from tests.helpers.sets import write_set

WORK_MS = 120_000


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder of the user's models."""
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def on_train(open_window: Callable[..., MainWindow], models: Path) -> Callable[..., MainWindow]:
    """Return a function that opens the window, with a picture if one is given, on its trainings."""

    def opened(*sources: Path) -> MainWindow:
        window = open_window(*sources)
        QTest.qWait(50)
        window.actions_.train.trigger()
        window.train.page.refresh()
        return window

    return opened


def ask(qtbot: Any, window: MainWindow, faces: Path) -> MakeGalleryDialog:
    """Add a set and ask what gallery is to be made of it."""
    form = window.train.page.form
    assert not form.make_gallery.isEnabled()
    form.sets.add(faces)
    qtbot.waitUntil(form.make_gallery.isEnabled, timeout=WORK_MS)
    form.make_gallery.click()
    dialog = window.findChild(MakeGalleryDialog)
    assert isinstance(dialog, MakeGalleryDialog)
    return dialog


@pytest.mark.usefixtures("users_own_worker")
def test_a_gallery_is_made_and_used(
    qtbot: Any, on_train: Callable[..., MainWindow], demo_png: Path, models: Path, tmp_path: Path
) -> None:
    window = on_train(demo_png)
    dialog = ask(qtbot, window, write_set(tmp_path / "volunteers", count=12, side=128))
    dialog.method.setCurrentIndex(dialog.method.findText("lcr · LcR"))
    dialog.kind.setCurrentIndex(dialog.kind.findText("full"))
    assert dialog.name.text() == "volunteers-lcr-full"
    assert str(models / "galleries") in dialog.told.text()
    dialog.name.setText("../lcr")
    dialog.name.textEdited.emit("../lcr")
    assert not dialog.ok.isEnabled()
    dialog.name.setText("volunteers")
    dialog.name.textEdited.emit("volunteers")
    dialog.terms.setText("our own, by consent")
    dialog.ok.click()
    (card,) = window.train.page.form.making.cards
    assert card.stop.isVisible()
    session = window.session
    presets = session.ordering.presets
    qtbot.waitUntil(lambda: bool(presets.own("lcr")), timeout=WORK_MS)
    assert window.train.page.form.making.cards == []
    assert "lcr has a preset volunteers" in window.banner.text.text()
    (preset,) = presets.own("lcr")
    assert preset.name == "volunteers"
    session.ordering.set("lcr", dict(preset.values))
    session.choose_methods(("lcr",))
    qtbot.waitUntil(lambda: bool(session.current and session.current.frame), timeout=WORK_MS)
    session.mark("crop", session.marking.with_box(Box(146, 66, 52, 60)))
    session.run(reason="test")
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    run = session.selected.run if session.selected else None
    assert run is not None
    assert [file.name for file in run.record.gallery] == ["galleries/volunteers.safetensors"]


def test_a_set_of_other_faces_is_refused_before_anything_starts(
    qtbot: Any, on_train: Callable[..., MainWindow], tmp_path: Path
) -> None:
    dialog = ask(qtbot, on_train(), write_set(tmp_path / "small", count=3, side=32))
    assert "wants faces of 128×128 px, these are 32×32" in dialog.told.text()
    assert not dialog.ok.isEnabled()


def test_a_gallery_that_was_made_meanwhile_is_a_preset(
    qtbot: Any, on_train: Callable[..., MainWindow], models: Path, tmp_path: Path
) -> None:
    faces = write_set(tmp_path / "faces", count=12, side=128)
    order = GalleryOrder(faces, "lle", "full", gallery_place("ours"))
    builds = Builds(settings.set_register(), {"gallery": gallery_order})
    run = builds.start(order)
    qtbot.waitUntil(lambda: builds.poll() or run.status is BuildStatus.MADE, timeout=WORK_MS)
    window = on_train()
    presets = window.session.ordering.presets
    qtbot.waitUntil(lambda: bool(presets.own("lle")), timeout=WORK_MS)
    assert window.hub.builds.runs == []
