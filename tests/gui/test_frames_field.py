"""Several frames are fused in the window: the frame alone stands beside, the stages show how."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QSpinBox

from fhgui.gui.window import MainWindow
from fhgui.session.marking import Marking
from fhgui.session.results import Status
from tests.helpers.media import write_film
from tests.helpers.moving_faces import moving_face


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow], settle: Callable[[MainWindow], None], tmp_path: Path
) -> MainWindow:
    film = moving_face(5, 3, 6.0)
    opened = open_window(write_film(tmp_path / "clip.mkv", list(film.pictures)))
    settle(opened)
    eyes = tuple((float(x), float(y)) for x, y in film.eyes)
    opened.session.mark("eyes", Marking(points=eyes))
    return opened


def test_a_run_on_several_frames_stands_beside_the_frame_alone(
    window: MainWindow,
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    qtbot: Any,
) -> None:
    session = window.session
    spin = window.frame_page.findChild(QSpinBox, "framesSpin")
    assert spin.value() == 1
    spin.setValue(5)
    assert session.ordering.options.frames == 5
    session.ordering.choose(["bicubic"])
    session.run("a test")
    work = session.current
    assert work is not None
    qtbot.waitUntil(
        lambda: bool(work.face_works) and all(r.status.over for r in work.face_works[0].results),
        timeout=120_000,
    )
    alone, fused = work.face_works[0].results
    assert (alone.status, fused.status) == (Status.COMPLETED, Status.COMPLETED), fused.message
    assert alone.label == "bicubic"
    assert fused.label == "bicubic · 5 frames"
    names = [stage.name for stage in fused.stages]
    assert names == ["input", "single-frame", "fused", "support", "bicubic"]
    assert fused.run is not None
    assert fused.run.record.fusion is not None
    settle(window)


def test_a_still_picture_has_no_such_field(
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    assert not window.frame_page.findChild(QSpinBox, "framesSpin").isVisibleTo(window.frame_page)
