"""Takes the pictures of the help from the program itself, at work on its own demo.

``python -m fhgui.gui.help.pictures [TOPIC …]`` writes ``resources/help/pictures``; run it after
the window has changed. The demo is drawn at run time, so that nobody's evidence is in the help.
The numbers on a picture are those of the list below it in the topic's text.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QPointF, QRect, QRectF, QSettings, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QListWidget, QToolButton, QWidget

from fhgui import paths
from fhgui.core.face import Box
from fhgui.gui import theme
from fhgui.gui.dialogs.export import ExportDialog
from fhgui.gui.window import MainWindow
from fhgui.imaging.demo import DEMO_HW, demo_frame
from fhgui.session.logbook import Level
from fhgui.session.viewing import CompareMode, DoubtMap, Step, Tray

SIZE_WH = (1366, 768)
RATIO = 1.5
COLOURS = 128
"""A palette of so many colours halves the files and is not seen."""
FRAMES = 24
FACE = Box(146, 66, 52, 60)
"""The demo's face with some room about it."""
METHODS = ("bicubic", "srcnn", "vdsr", "lcr")
LONGEST_MS = 120_000
REST_MS = 500
MARK = "#3d8bfd"
MARK_PX = 11

Numbered = list[QWidget | QRect]
Scene = tuple[str, Callable[[MainWindow], Numbered]]


def take_all(window: MainWindow, folder: Path, wanted: Sequence[str] = ()) -> None:
    """Write ``TOPIC-THEME.png`` of the wanted scenes, or of every one, in both themes."""
    for name, show in SCENES:
        if wanted and name not in wanted:
            continue
        for colours in theme.THEMES:
            window.set_theme(colours)
            until(window.updatesEnabled)
            numbered = show(window)
            rest()
            picture = taken(window, numbered)
            save(picture, folder / f"{name}-{colours}.png")
            for dialog in window.findChildren(ExportDialog):
                dialog.close()


def taken(window: MainWindow, numbered: Numbered) -> QImage:
    """Return the window, or the dialog over it, with a number on every part."""
    shown: QWidget = window
    dialogs = [d for d in window.findChildren(ExportDialog) if d.isVisible()]
    if dialogs:
        shown = dialogs[-1]
    pixmap = QPixmap(shown.size() * RATIO)
    pixmap.setDevicePixelRatio(RATIO)
    shown.render(pixmap)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, part in enumerate(numbered, start=1):
        rect = _place(part, shown) if isinstance(part, QWidget) else part
        _number(painter, QRectF(rect).intersected(QRectF(shown.rect())), number)
    painter.end()
    return pixmap.toImage()


def _place(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def _around(window: QWidget, *parts: QWidget) -> QRect:
    """Return the rectangle around several parts of a window."""
    whole = QRect()
    for part in parts:
        whole = whole.united(_place(part, window))
    return whole


def save(picture: QImage, path: Path) -> None:
    """Write a picture with few colours."""
    picture = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1)
    pixels = rows[:, : 3 * picture.width()].reshape(picture.height(), -1, 3)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).quantize(COLOURS).save(path, optimize=True)


def _number(painter: QPainter, rect: QRectF, number: int) -> None:
    painter.setPen(QPen(QColor(MARK), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)
    centre = QPointF(max(MARK_PX + 1, rect.left()), max(MARK_PX + 1, rect.top()))
    painter.setPen(QPen(QColor("#ffffff"), 1.5))
    painter.setBrush(QColor(MARK))
    painter.drawEllipse(centre, MARK_PX, MARK_PX)
    font = QFont(painter.font())
    font.setPixelSize(13)
    font.setBold(True)
    painter.setFont(font)
    circle = QRectF(centre - QPointF(MARK_PX, MARK_PX), centre + QPointF(MARK_PX, MARK_PX))
    painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number))


# ---- waiting ------------------------------------------------------------------------------------


def until(done: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    loop, looks = QEventLoop(), QTimer()
    looks.timeout.connect(lambda: loop.quit() if done() else None)
    looks.start(20)
    QTimer.singleShot(LONGEST_MS, loop, loop.quit)
    loop.exec()
    looks.stop()
    if not done():
        sys.exit("the window did not get as far as the next picture; nothing more is written")


def rest(pause_ms: int = REST_MS) -> None:
    """Let the window lay itself out and fetch its thumbnails."""
    loop = QEventLoop()
    QTimer.singleShot(pause_ms, loop.quit)
    loop.exec()


# ---- scenes -------------------------------------------------------------------------------------


def _whole(window: MainWindow) -> Numbered:
    _compared(window)
    window.session.look(mode=CompareMode.GRID, doubt=DoubtMap.INVENTED, over=False)
    return [
        window.steps,
        window.navigator,
        window.compare,
        window.enhance.methods,
        window.enhance.trust,
        window.status,
    ]


def _case(window: MainWindow) -> Numbered:
    _compared(window)
    tree = window.navigator
    return [tree.head, tree.tree, tree.note]


def _frame(window: MainWindow) -> Numbered:
    window.go_to_step(Step.FRAME)
    page, line = window.frame_page, window.timeline
    page.rail.buttons["adjust"].setChecked(True)
    buttons = [w for w in line.findChildren(QToolButton) if w.isVisible()]
    return [
        page.view,
        line.slider,
        _around(window, *buttons),
        _around(window, line.index, line.stamps),
        page.rail,
    ]


def _crop(window: MainWindow) -> Numbered:
    _close_inspector(window)
    window.enhance.show_queue.setChecked(False)
    window.go_to_step(Step.CROP)
    page = window.frame_page
    page.view.set_look(page.view.look_at(60.0, 20.0, 230.0, 180.0))
    numbers = _around(window, *page.numbers.values())
    a, b = (
        page.view.to_widget(FACE.x, FACE.y),
        page.view.to_widget(FACE.x + FACE.w, FACE.y + FACE.h),
    )
    crop = QRect(page.view.mapTo(window, a.toPoint()), page.view.mapTo(window, b.toPoint()))
    return [page.crop, page.faces, numbers, crop.adjusted(-4, -4, 4, 4), window.enhance.trust]


def _align(window: MainWindow) -> Numbered:
    window.go_to_step(Step.ALIGN)
    editor = window.landmarks
    return [editor.stack, editor.tools, editor.looks, editor.table, editor.preview, editor.told]


def _enhance(window: MainWindow) -> Numbered:
    window.go_to_step(Step.ENHANCE)
    panel = window.enhance
    panel.show_queue.setChecked(True)
    options = next(b for b in panel.findChildren(QToolButton, "flat"))
    settings = next(w for w in panel.methods.findChildren(QComboBox) if w.isVisible())
    ticked = next(i for i in range(panel.methods.count()) if _holds(panel.methods, i, settings))
    top = QAbstractItemView.ScrollHint.PositionAtTop
    panel.methods.scrollToItem(panel.methods.item(ticked), top)
    rest()
    return [panel.methods, settings, panel.run, panel.queue, options]


def _holds(cards: QListWidget, row: int, part: QWidget) -> bool:
    card = cards.itemWidget(cards.item(row))
    return card is not None and card.isAncestorOf(part)


def _compare(window: MainWindow) -> Numbered:
    _compared(window)
    window.session.look(over=True)
    compare, tray = window.compare, window.tray
    row = _around(window, *compare.tools.mode_buttons.values())
    return [row, compare.tools.doubt, compare.grid, compare.legend, tray, tray.stages.strip]


def _doubt(window: MainWindow) -> Numbered:
    _compared(window)
    window.session.look(over=False)
    trust = window.enhance.trust
    cards = [w for w in trust.findChildren(QWidget, "card") if w.isVisible()]
    said = [w for w in trust.findChildren(QWidget, "statement") if w.isVisible()]
    return [*cards, *said]


def _export(window: MainWindow) -> Numbered:
    window.ask_for_export()
    rest()
    dialog = window.findChildren(ExportDialog)[-1]
    form = dialog.form
    dialog.folder.setText("~/Robbery/Report")
    return [
        dialog.folder,
        form.fields["title"],
        form.fields["name"],
        form.fields["certificate"],
    ]


def _models(window: MainWindow) -> Numbered:
    window.show_page(window.benchmark)
    rest(1500)
    return [window.steps.train, window.steps.benchmark, window.steps.models, window.benchmark]


def _trouble(window: MainWindow) -> Numbered:
    window.show_page(window.splitter)
    window.go_to_step(Step.FRAME)
    words = "no face was found in frame 12 of demo.mp4; draw a crop around it by hand"
    window.session.note(words, Level.WARNING)
    window.log_dock.show()
    return [window.banner, window.log_dock]


SCENES: tuple[Scene, ...] = (
    ("start", _whole),
    ("case", _case),
    ("compare", _compare),
    ("doubt", _doubt),
    ("enhance", _enhance),
    ("export", _export),
    ("frame", _frame),
    ("crop", _crop),
    ("align", _align),
    ("models", _models),
    ("trouble", _trouble),
)


def _compared(window: MainWindow) -> None:
    window.enhance.show_queue.setChecked(False)
    window.go_to_step(Step.COMPARE)
    window.session.look(tray=Tray.STAGES)


def _close_inspector(window: MainWindow) -> None:
    for button in window.frame_page.rail.buttons.values():
        if button.isChecked():
            button.click()


# ---- the work that is shown ---------------------------------------------------------------------


def write_film(path: Path) -> Path:
    """Write the demo as a film: the camera moves, so that no frame is like another."""
    height, width = DEMO_HW
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=25, options={"g": "8", "crf": "12"})
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        for index in range(FRAMES):
            moved = np.roll(demo_frame(), 2 * (index - FRAMES // 2), axis=1)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        file.mux(stream.encode())
    return path


def work(window: MainWindow) -> None:
    """Do the job whose steps are shown."""
    session = window.session
    until(lambda: bool(session.current and session.current.counted and session.current.sha256))
    session.notes.toggle_mark()
    session.seek(FRAMES // 2)
    until(lambda: session.current.frame.index == FRAMES // 2)  # type: ignore[union-attr]
    session.mark("crop", session.marking.with_box(FACE))
    window.go_to_step(Step.ALIGN)
    window.landmarks.find_points()
    until(lambda: not session.busy)
    session.choose_methods(METHODS)
    session.run()
    until(lambda: not session.busy)


def main() -> None:
    """Open the window on the demo, work, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FHGUI_CASES"] = str(Path(folder) / "cases")
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        from fhgui.gui.app import create_window

        _, window = create_window([str(write_film(Path(folder) / "demo.mp4"))])
        window.resize(*SIZE_WH)
        work(window)
        take_all(window, paths.resource("help") / "pictures", sys.argv[1:])
        window.close_now()
        rest()


if __name__ == "__main__":
    main()
