"""The filmstrip of every method: a row a result, its stages from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QWidget

from fhgui.core.method import Stage
from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.gui.viewers.mark_painting import paint_outlines
from fhgui.gui.viewers.painting import to_qimage
from fhgui.gui.viewers.pictures import WAITING
from fhgui.gui.widgets import paint_badge
from fhgui.session.results import Result
from fhgui.session.session import Session

NAME_PX, GAP_PX, BELOW_PX = 100, 12, 64
"""Narrowest column of names; room between thumbnails; room for the badge and a whole title."""
NAME_FONT_PX, TITLE_FONT_PX, TITLE_LINES = 13, 11, 3
SMALLEST_PX, LARGEST_PX = 72, 260
BADGE_PX, SHORT_PX = 92, 20
"""Wide enough for the longest word of a badge, and for its first letter."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A stage where it stands."""

    row: int
    stage: int
    rect: QRectF


class StageRows(QScrollArea):
    """Scrolls over the rows; they are as large as the room for them allows."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.rows = Rows(session)
        self.setWidget(self.rows)
        self.setWidgetResizable(True)

    def refresh(self) -> None:
        """Show the active face."""
        self.rows.refresh()

    def let_go(self) -> None:
        """Hold no stage any more."""
        self.rows.let_go()


class Rows(QWidget):
    """Paints the rows; a click or the arrow keys choose a stage in all viewers."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stageRows")
        self.setAccessibleName(tr("Stages of every method"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._session = session
        self._results: tuple[Result, ...] = ()
        self._images: dict[int, tuple[Stage, QImage]] = {}
        self._name_px = float(NAME_PX)

    def refresh(self) -> None:
        """Show the stages of the active face's results as far as they got."""
        work = self._session.current
        face = None if work is None else work.active_face
        self._results = () if face is None else face.results
        kept = {id(stage) for result in self._results for stage in result.stages}
        self._images = {key: value for key, value in self._images.items() if key in kept}
        self._name_px = self._names_px()
        self.setMinimumSize(self._needed(SMALLEST_PX))
        self.update()

    def let_go(self) -> None:
        """Hold no stage any more."""
        self._results, self._images = (), {}

    def placed(self) -> list[Placed]:
        """Return where every stage stands."""
        side = self._side()
        step = side + GAP_PX
        found = []
        for row, result in enumerate(self._results):
            top = GAP_PX / 2 + row * (side + BELOW_PX + GAP_PX)
            for number in range(len(result.stages)):
                left = self._name_px + number * step
                found.append(Placed(row, number, QRectF(left, top, side, side)))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint names and stages; called by Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colour("centre")))
        for row, result in enumerate(self._results):
            self._paint_name(painter, row, result)
        for placed in self.placed():
            if placed.rect.top() <= event.rect().bottom():
                self._paint_stage(painter, placed)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose the stage under the cursor; called by Qt."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        for placed in self.placed():
            if placed.rect.adjusted(0, 0, 0, BELOW_PX).contains(event.position()):
                self._choose(placed.row, placed.stage)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Tell the whole title of a stage; called by Qt."""
        for placed in self.placed():
            if placed.rect.adjusted(0, 0, 0, BELOW_PX).contains(event.position()):
                stage = self._results[placed.row].stages[placed.stage]
                told = f"{self._results[placed.row].label}: {stage.title}, {stage.origin.value}"
                words = "\n".join((told, *(reading.words for reading in stage.readings)))
                QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go to the next stage or result; called by Qt."""
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        wish, step = wish_of(Place.ROWS, event), steps.get(Qt.Key(event.key()))
        jobs = [result.job for result in self._results]
        if not wish or step is None or self._session.selected_job not in jobs:
            super().keyPressEvent(event)
            return
        row = jobs.index(self._session.selected_job)
        now = _shown(self._results[row])
        row = min(len(jobs) - 1, max(0, row + step[0]))
        self._choose(row, now + step[1] if step[1] else _shown(self._results[row]))

    def _choose(self, row: int, stage: int) -> None:
        work, result = self._session.current, self._results[row]
        if work is None or work.active is None:
            return
        self._session.select(work.active, result.job)
        last = len(result.stages) - 1
        stage = min(last, max(0, stage))
        self._session.show_stage(result.job, None if stage == last else stage)

    def _side(self) -> float:
        """Return the side of a thumbnail: the largest at which every row and stage fits."""
        rows = max(1, len(self._results))
        most = max((len(r.stages) for r in self._results), default=1)
        high = self.height() / rows - BELOW_PX - GAP_PX
        wide = (self.width() - self._name_px) / max(1, most) - GAP_PX
        return max(SMALLEST_PX, min(LARGEST_PX, high, wide))

    def _needed(self, side: int) -> QSize:
        rows = max(1, len(self._results))
        most = max((len(r.stages) for r in self._results), default=1)
        width = round(self._name_px) + most * (side + GAP_PX)
        return QSize(width, rows * (side + BELOW_PX + GAP_PX))

    def _names_px(self) -> float:
        """Return a width at which no word of a name is cut, though it be chosen."""
        words = [word for result in self._results for word in result.label.split()]
        measure = QFontMetricsF(_name_font(self.font(), chosen=True)).horizontalAdvance
        return max([float(NAME_PX), *(measure(word) + 20 for word in words)])

    def _paint_name(self, painter: QPainter, row: int, result: Result) -> None:
        side = self._side()
        top = GAP_PX / 2 + row * (side + BELOW_PX + GAP_PX)
        room = QRectF(8, top, self._name_px - 16, side)
        chosen = result.job == self._session.selected_job
        painter.setFont(_name_font(painter.font(), chosen))
        painter.setPen(QColor(colour("text" if chosen else "muted")))
        wrap = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        waiting = "" if result.stages else f"\n{result.message or WAITING[result.status]}"
        painter.drawText(room, wrap, f"{row + 2}  {result.label}{waiting}")

    def _paint_stage(self, painter: QPainter, placed: Placed) -> None:
        result, rect = self._results[placed.row], placed.rect
        stage = result.stages[placed.stage]
        smooth = rect.width() < stage.pixels.shape[1]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        fitted = _fitted(stage, rect)
        painter.drawImage(fitted, self._image(stage))
        if self._session.view.outlines:
            onto = partial(_onto, fitted, stage.pixels.shape[1])
            paint_outlines(painter, onto, stage.outlines, named=False)
        if placed.stage == _shown(result):
            painter.setPen(QPen(QColor(colour("accent")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-2, -2, 2, 2))
        centre = rect.center().x()
        short = rect.width() + GAP_PX < BADGE_PX
        wide = SHORT_PX if short else BADGE_PX
        badge = QRectF(centre - wide / 2, rect.bottom() + 5, wide, 14)
        paint_badge(painter, badge, stage.origin, short)
        self._paint_title(
            painter, stage.title, centre, badge.bottom() + 1, rect.width() + GAP_PX - 4
        )

    def _paint_title(
        self, painter: QPainter, title: str, centre: float, top: float, room: float
    ) -> None:
        """Write a title in as many lines as there is room for, the last one cut with dots."""
        font = painter.font()
        font.setPixelSize(TITLE_FONT_PX)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(colour("text")))
        for number, words in enumerate(title_lines(title, QFontMetricsF(font), room, TITLE_LINES)):
            line = QRectF(centre - room / 2, top + 14 * number, room, 16)
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, words)

    def _image(self, stage: Stage) -> QImage:
        if id(stage) not in self._images:
            self._images[id(stage)] = (stage, to_qimage(stage.pixels))
        return self._images[id(stage)][1]


def title_lines(title: str, metrics: QFontMetricsF, room_px: float, most: int) -> list[str]:
    """Return a title broken between words into so many lines at most; what does not fit is cut."""
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        fits = not lines or metrics.horizontalAdvance(longer) <= room_px
        if lines and (fits or len(lines) == most):
            lines[-1] = longer
        else:
            lines.append(word)
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room_px) for line in lines]


def _name_font(font: QFont, chosen: bool) -> QFont:
    named = QFont(font)
    named.setPixelSize(NAME_FONT_PX)
    named.setBold(chosen)
    return named


def _shown(result: Result) -> int:
    last = len(result.stages) - 1
    return last if result.shown is None else min(result.shown, last)


def _onto(rect: QRectF, width_px: int, x: float, y: float) -> QPointF:
    """Return where a place of a picture ``width_px`` wide lies when it fills ``rect``."""
    scale = rect.width() / width_px
    return QPointF(rect.left() + (x + 0.5) * scale, rect.top() + (y + 0.5) * scale)


def _fitted(stage: Stage, rect: QRectF) -> QRectF:
    """Return the largest rectangle of the stage's proportions inside ``rect``."""
    h, w = stage.pixels.shape[:2]
    scale = min(rect.width() / w, rect.height() / h)
    fitted = QRectF(0, 0, w * scale, h * scale)
    fitted.moveCenter(rect.center())
    return fitted
