"""The stages of the selected result in order, each with the colour of its origin."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fhgui.core.method import Origin, Stage
from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.gui.viewers.painting import thumbnail
from fhgui.gui.viewers.stage_rows import title_lines
from fhgui.gui.widgets import paint_badge, tool_button
from fhgui.session.results import Result
from fhgui.session.session import Session

SIDE_PX, TITLE_LINES = 54, 2
ITEM = QSize(97, 108)
PLAY_MS = 500
ORIGIN_ROLE = Qt.ItemDataRole.UserRole + 1


def reading_words(stage: Stage | None) -> str:
    """Return what was measured in a stage, in one line; empty for nothing."""
    return "  ·  ".join(reading.words for reading in stage.readings) if stage else ""


class StageDelegate(QStyledItemDelegate):
    """Paints thumbnail, badge and title of a stage."""

    def sizeHint(  # noqa: N802  Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of an item; called by Qt."""
        return ITEM

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint an item; called by Qt."""
        painter.save()
        rect = QRectF(option.rect)
        state = option.state
        picture: QPixmap = index.data(Qt.ItemDataRole.DecorationRole)
        left, top = rect.center().x() - SIDE_PX / 2, rect.top() + 4
        painter.drawPixmap(int(left), int(top), picture)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colour("accent")), 2))
            painter.drawRect(QRectF(left - 2, top - 2, SIDE_PX + 4, SIDE_PX + 4))
        origin = Origin(index.data(ORIGIN_ROLE))
        badge = QRectF(rect.center().x() - 46, top + SIDE_PX + 4, 92, 14)
        paint_badge(painter, badge, origin)
        painter.setPen(QColor(colour("text")))
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        title = index.data(Qt.ItemDataRole.DisplayRole)
        metrics = QFontMetricsF(font)
        top = badge.bottom() + 2
        for line, words in enumerate(title_lines(title, metrics, rect.width() - 4, TITLE_LINES)):
            at = QRectF(rect.left(), top + line * metrics.height(), rect.width(), metrics.height())
            painter.drawText(at, Qt.AlignmentFlag.AlignHCenter, words)
        painter.restore()


class StagePanel(QWidget):
    """The stage strip; ``controls`` name its result and play it, wherever they are put."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolRow")
        self._session = session
        self._filled: tuple[int, int] = (0, 0)
        self.strip = QListWidget()
        self.strip.setObjectName("stageStrip")
        self.strip.setAccessibleName(tr("Stages of the selected result"))
        self.strip.setFlow(QListView.Flow.LeftToRight)
        self.strip.setWrapping(False)
        self.strip.setItemDelegate(StageDelegate(self.strip))
        self.strip.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip.setFixedHeight(ITEM.height() + 10)
        self.strip.currentRowChanged.connect(self._chosen)
        self._name = QLabel()
        self._name.setObjectName("muted")
        self.play = tool_button("playStagesButton", "play", "Play", "Play the stages through (P)")
        self.play.clicked.connect(self.toggle)
        tip = "Play the stages of every method at once, in all viewers"
        self.all = tool_button("playAllButton", "", "All methods", tip, checkable=True)
        self.all.clicked.connect(lambda on: session.look(whole_film=on))
        self._step = 0
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_MS)
        self._timer.timeout.connect(self._next)
        self.controls = self._make_controls()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.strip, 1)
        session.active_changed.connect(self.refresh)
        session.results_changed.connect(self.refresh)
        session.view_changed.connect(self.refresh)
        session.result_changed.connect(self._changed)
        self.refresh()

    def _make_controls(self) -> QWidget:
        controls = QWidget()
        controls.setObjectName("toolRow")
        row = QHBoxLayout(controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self._name, self.play, self.all):
            row.addWidget(widget)
        return controls

    def toggle(self) -> None:
        """Play the stages through, or stop."""
        if self._timer.isActive():
            self._timer.stop()
        elif self.strip.count():
            self._step = 0
            self._show_step()
            self._timer.start()

    def _played(self) -> tuple[Result, ...]:
        """Return the results whose stages are played: the selected one, or all of the face."""
        work, selected = self._session.current, self._session.selected
        face = None if work is None else work.active_face
        if self._session.view.whole_film and face is not None:
            return face.results
        return () if selected is None else (selected,)

    def _next(self) -> None:
        self._step += 1
        longest = max((len(result.stages) for result in self._played()), default=0)
        if self._step >= longest - 1:
            self._timer.stop()
        self._show_step()

    def _show_step(self) -> None:
        for result in self._played():
            last = len(result.stages) - 1
            self._session.show_stage(result.job, self._step if self._step < last else None)

    def _changed(self, result: Result) -> None:
        if result.job == self._session.selected_job:
            self.refresh()

    def _chosen(self, row: int) -> None:
        result = self._session.selected
        if result is not None and row >= 0:
            newest = row == len(result.stages) - 1
            self._session.show_stage(result.job, None if newest else row)

    def refresh(self) -> None:
        """Show the stages of the session's selected result."""
        result = self._session.selected
        self.all.setChecked(self._session.view.whole_film)
        if result is None:
            return
        self._name.setText(result.label)
        self._name.setToolTip(result.title)
        self.play.setEnabled(len(result.stages) > 1)
        blocked = self.strip.blockSignals(True)
        done = self._filled[1] if self._filled[0] == result.job else 0
        if not done:
            self.strip.clear()
        for stage in result.stages[done:]:
            item = QListWidgetItem(stage.title)
            item.setData(Qt.ItemDataRole.DecorationRole, thumbnail(stage.pixels, SIDE_PX))
            item.setData(ORIGIN_ROLE, stage.origin.value)
            told = f"{stage.title}: {stage.origin.value}"
            item.setToolTip("\n".join(filter(None, (told, reading_words(stage)))))
            self.strip.addItem(item)
        self._filled = (result.job, len(result.stages))
        row = len(result.stages) - 1 if result.shown is None else result.shown
        self.strip.setCurrentRow(row)
        self.strip.blockSignals(blocked)
