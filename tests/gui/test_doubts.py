"""Every map of doubt is there to be looked at, with words; a tiny face waits for a reason."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt

from fhgui.core.doubt import LEGENDS, DoubtKind, Redegradation
from fhgui.gui.dialogs.reason import ReasonDialog
from fhgui.gui.window import MainWindow
from fhgui.session.session import Session

WORK_MS = 120_000
EYES = ((150.25, 120.0), (163.0, 121.5))


def mark_eyes(session: Session, eyes: tuple[tuple[float, float], ...] = EYES) -> None:
    session.mark("points", session.marking.with_points(eyes))


def test_every_map_has_pixels_and_words(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    session = window.session
    mark_eyes(session)
    session.choose_methods(["bicubic", "srcnn"])
    session.run()
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    selector, legend = child(window, "doubtMapSelector"), child(window, "doubtLegend")
    compare = child(window, "compareView")
    for kind in DoubtKind:
        selector.setCurrentIndex(selector.findData(kind.value))
        if kind is DoubtKind.EXPECTED:
            assert "srcnn does not estimate its error" in compare.pictures[-1].empty
            continue
        qtbot.waitUntil(lambda: compare.pictures[-1].values is not None, timeout=WORK_MS)
        values = compare.pictures[-1].values
        assert values.shape == ((16, 16) if kind is DoubtKind.REDEGRADED else (128, 128))
        assert np.isfinite(values).all()
        words = legend.text()
        assert LEGENDS[kind].promises_not in words
        assert not legend.isHidden()
    face = session.current.active_face if session.current else None
    assert face is not None
    assert face.comparison is not None
    assert "8 placements" in face.results[0].repeats.notes[0]  # type: ignore[union-attr]
    selector.setCurrentIndex(selector.findData("methods"))
    assert "Identity drift" in legend.text()
    assert "never a similarity to a person" in legend.text()
    selector.setCurrentIndex(selector.findData("fixed"))
    assert "grey levels²" in legend.text()
    selector.setCurrentIndex(selector.findData("none"))
    assert legend.isHidden()


def test_one_result_has_nothing_to_disagree_with(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    mark_eyes(window.session)
    window.session.choose_methods(["bicubic"])
    window.session.run()
    selector = child(window, "doubtMapSelector")
    selector.setCurrentIndex(selector.findData("methods"))
    compare = child(window, "compareView")
    qtbot.waitUntil(lambda: "one result" in compare.pictures[-1].empty, timeout=WORK_MS)


def test_a_tiny_face_is_run_for_a_typed_reason_only(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    session = window.session
    mark_eyes(session, ((152.0, 120.0), (159.0, 120.5)))
    session.choose_methods(["bicubic"])
    qtbot.mouseClick(child(window, "runButton"), Qt.MouseButton.LeftButton)
    dialog = child(window, "reasonDialog")
    assert isinstance(dialog, ReasonDialog)
    assert not session.busy
    assert not dialog.ok.isEnabled()
    dialog.reason.setPlainText(" \n ")
    assert not dialog.ok.isEnabled()
    qtbot.keyClicks(dialog.reason, "only frame of the car")
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.exportable()), timeout=WORK_MS)
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    (result,) = session.exportable()
    assert result.run is not None
    assert result.run.record.override_reason == "only frame of the car"


def test_the_expected_error_is_shown_with_its_figures(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    session = window.session
    mark_eyes(session)
    session.choose_methods(["bicubic"])
    session.run()
    qtbot.waitUntil(lambda: bool(session.selected and session.selected.doubt), timeout=WORK_MS)
    result = session.selected
    assert result is not None
    assert result.doubt is not None
    assert session.current is not None
    assert child(window, "trustPanel").expected.text() == "not estimated"
    agreement = result.doubt.agreement
    assert agreement is not None
    off = f"off by {agreement.after.mean:.2f} grey levels on average"
    told = child(window, "trustPanel").gap_words
    assert told.text().startswith(off)
    assert "before" not in told.text()
    both = replace(agreement, before=Redegradation(1.25, 9.04))
    session.put(session.current, replace(result, doubt=replace(result.doubt, agreement=both)))
    assert told.text().endswith("; before the last stage 1.25 and 9.0")
    half = np.tile(np.linspace(2, 18, 128, dtype=np.float32), (128, 1))
    known = replace(result.doubt, expected=half, expected_note="")
    session.put(session.current, replace(result, doubt=known))  # as if its method estimated it
    assert child(window, "trustPanel").expected.text() == "± 10.0 grey levels"
    selector, compare = child(window, "doubtMapSelector"), child(window, "compareView")
    selector.setCurrentIndex(selector.findData("expected"))
    assert np.array_equal(compare.pictures[-1].values, half)
    words = child(window, "doubtLegend").text()
    assert "± 10.0 at the median pixel, ± 17.2 at the worst twentieth" in words
    assert LEGENDS[DoubtKind.EXPECTED].promises_not in words
