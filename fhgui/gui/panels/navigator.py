"""The tree of the open work: sources, faces, results, exports."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.arrays import Pixels
from fhgui.core.face import PlacedBy
from fhgui.gui.theme import colour
from fhgui.gui.viewers.painting import thumbnail
from fhgui.gui.widgets import section
from fhgui.session.results import FaceWork, Result, Status
from fhgui.session.session import Session
from fhgui.session.work import Work

THUMB_PX = 34
SUB_ROLE = Qt.ItemDataRole.UserRole + 1
TONE_ROLE = Qt.ItemDataRole.UserRole + 2
KEY_ROLE = Qt.ItemDataRole.UserRole + 3

PLACED = {
    PlacedBy.ANALYST: "points by analyst",
    PlacedBy.AUTO: "points found",
    PlacedBy.SNAPPED: "points snapped",
    PlacedBy.TRACKED: "points carried over",
    PlacedBy.BOX: "crop only",
    PlacedBy.ALIGNED: "used as it is",
}


class TwoLineDelegate(QStyledItemDelegate):
    """Paints a thumbnail, a title and a grey second line."""

    def sizeHint(  # noqa: N802  Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of a row; called by Qt."""
        return QSize(120, THUMB_PX + 10)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a row; called by Qt."""
        painter.save()
        rect: QRect = option.rect
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect.adjusted(-200, 0, 0, 0), QColor(colour("chosen")))
        picture: QPixmap | None = index.data(Qt.ItemDataRole.DecorationRole)
        if picture is not None:
            painter.drawPixmap(rect.left(), rect.top() + 5, picture)
        text = rect.adjusted(THUMB_PX + 8, 5, -4, -4)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colour("text")))
        end = Qt.TextElideMode.ElideMiddle
        title = metrics.elidedText(index.data(Qt.ItemDataRole.DisplayRole), end, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignTop, title)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(colour(index.data(TONE_ROLE) or "muted")))
        second = painter.fontMetrics().elidedText(
            index.data(SUB_ROLE) or "", Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignBottom, second)
        painter.restore()


class Navigator(QWidget):
    """Shows what is open and what came out of it; a click goes there."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigatorPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._thumbs: dict[tuple[str, int, int], QPixmap] = {}
        self.tree = QTreeWidget()
        self.tree.setObjectName("navigator")
        self.tree.setAccessibleName("Sources, faces and results")
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(16)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setItemDelegate(TwoLineDelegate(self.tree))
        self.tree.itemClicked.connect(self._clicked)
        self.hint = QLabel("Open a picture or a video, or drop it here.")
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(12, 4, 12, 4)
        self.exports = QLabel()
        self.exports.setObjectName("muted")
        self.exports.setWordWrap(True)
        self.exports.setContentsMargins(12, 2, 12, 12)
        self._exports_title = section("Exports")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)  # the border is the panel's own
        layout.setSpacing(0)
        layout.addWidget(section("Sources"))
        layout.addWidget(self.hint)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._exports_title)
        layout.addWidget(self.exports)
        for signal in (
            session.works_changed,
            session.active_changed,
            session.results_changed,
            session.frame_changed,
        ):
            signal.connect(self.refresh)
        session.result_changed.connect(self._result_changed)
        session.exported.connect(self._show_exports)
        self._shown: object = None
        self._show_exports()
        self.refresh()

    def refresh(self) -> None:
        """Show the session's sources, faces and results; nothing happens if none changed."""
        session = self._session
        state = [self._state(work) for work in session.works]
        state.append((session.current, session.selected_job))
        if state == self._shown:
            return
        self._shown = state
        self.hint.setVisible(not session.works)
        self.tree.clear()
        for work in session.works:
            self._add_work(work)
        self.tree.expandAll()

    def _state(self, work: Work) -> object:
        faces = tuple((f.number, f.face is not None, f.results) for f in work.face_works)
        return (
            id(work),
            work.info,
            work.count,
            work.sha256,
            work.frame is not None,
            work.active,
            faces,
        )

    def _add_work(self, work: Work) -> None:
        item = self._item(None, work.path.name, _describe(work), ("work", id(work), 0))
        if work.frame is not None:
            item.setData(
                0,
                Qt.ItemDataRole.DecorationRole,
                self._thumb(("work", id(work), 0), work.frame.pixels),
            )
        item.setToolTip(0, _facts(work))
        current = work is self._session.current
        if current and self._session.selected_job is None:
            item.setSelected(True)
        for face in work.face_works:
            self._add_face(item, work, face)

    def _add_face(self, parent: QTreeWidgetItem, work: Work, face: FaceWork) -> None:
        title = f"Face {face.number}"
        if work.count > 1:
            title += f" · frame {face.frame_index}"
        item = self._item(parent, title, _describe_face(face), ("face", id(work), face.number))
        if face.face is not None:
            item.setData(
                0,
                Qt.ItemDataRole.DecorationRole,
                self._thumb(("face", id(work), face.number), face.face.pixels),
            )
        for result in face.results:
            self._add_result(item, work, result)

    def _add_result(self, parent: QTreeWidgetItem, work: Work, result: Result) -> None:
        words, tone = _describe_result(result)
        item = self._item(parent, result.name, words, ("result", id(work), result.job), tone)
        if result.stages:
            pixels = result.stages[-1].pixels
            item.setData(
                0,
                Qt.ItemDataRole.DecorationRole,
                self._thumb(("result", result.job, len(result.stages)), pixels),
            )
        item.setToolTip(0, result.message or result.title)
        if result.job == self._session.selected_job and work is self._session.current:
            item.setSelected(True)

    def _item(
        self,
        parent: QTreeWidgetItem | None,
        title: str,
        second: str,
        key: tuple[str, int, int],
        tone: str = "muted",
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem([title])
        item.setData(0, SUB_ROLE, second)
        item.setData(0, TONE_ROLE, tone)
        item.setData(0, KEY_ROLE, key)
        if parent is None:
            self.tree.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def _thumb(self, key: tuple[str, int, int], pixels: Pixels) -> QPixmap:
        """Return the thumbnail for a key, made once."""
        if key not in self._thumbs:
            self._thumbs[key] = thumbnail(pixels, THUMB_PX)
        return self._thumbs[key]

    def _clicked(self, item: QTreeWidgetItem) -> None:
        kind, work_id, number = item.data(0, KEY_ROLE)
        work = next((w for w in self._session.works if id(w) == work_id), None)
        if work is None:
            return
        self._session.go_to(work)
        if kind == "work":
            self._session.look_at_frame()
        elif kind == "face":
            self._session.select(number)
            self._session.look_at_results()
        else:
            face = next((f for f in work.face_works if f.result(number) is not None), None)
            if face is not None:
                self._session.select(face.number, number)
                self._session.look_at_results()

    def _result_changed(self, result: Result) -> None:
        self.refresh()

    def _show_exports(self, files: object = None) -> None:
        exports = self._session.exports
        folders = list(dict.fromkeys(str(f.parent) for f in exports if f.name == "record.json"))
        shown = [f"…/{'/'.join(f.split('/')[-2:])}" if f.count("/") > 2 else f for f in folders]
        self.exports.setText("\n".join(shown[-6:]))
        self.exports.setToolTip("\n".join(folders))
        self.exports.setVisible(bool(folders))
        self._exports_title.setVisible(bool(folders))


def _describe(work: Work) -> str:
    """Return e.g. ``265 frames · 25 fps · h264`` or ``352×288 · sha256 9f3c…e1``."""
    info = work.info
    if info is None:
        return "opening …"
    digest = f"sha256 {work.sha256[:4]}…{work.sha256[-2:]}" if work.sha256 else "hashing …"
    if info.kind == "video":
        rate = f" · {info.rate_fps:.4g} fps" if info.rate_fps else ""
        return f"{work.count} frames{rate} · {digest}"
    return f"{info.width}×{info.height} · {digest}"


def _facts(work: Work) -> str:
    """Return everything known about a source, one fact a line."""
    lines = [str(work.path), f"SHA-256 {work.sha256 or 'is being computed'}"]
    info = work.info
    if info is not None:
        lines.append(f"{info.container}, {info.codec}, {info.width}×{info.height}")
        lines.append(f"{info.size_bytes:,} bytes, {info.bit_depth} bit")
        if work.is_film:
            counted = "" if work.counted else "about "
            rate = f", {info.rate_fps:.6g} frames/s" if info.rate_fps else ""
            lines.append(f"{counted}{work.count} frames{rate}, time base {info.time_base}")
        lines += [*info.notes, *(f"{key}: {value}" for key, value in info.metadata[:12])]
    return "\n".join(lines)


def _describe_face(face: FaceWork) -> str:
    words = PLACED[face.marking.placed_by]
    cut = face.face
    if cut is not None:
        words = PLACED[cut.alignment.placed_by]
        if cut.alignment.landmarks is not None:
            words += f", residual {cut.alignment.rms_px:.1f} px"
    return words


def _describe_result(result: Result) -> tuple[str, str]:
    if result.status is Status.COMPLETED and result.run is not None:
        return f"{result.seconds:.1f} s · {result.run.record.device}", "muted"
    if result.status is Status.FAILED:
        return f"failed: {result.message}", "red"
    if result.status is Status.RUNNING and result.total:
        return f"stage {len(result.stages)} of {result.total}", "accent"
    return result.status.value, "amber" if result.status is Status.CANCELLED else "muted"
