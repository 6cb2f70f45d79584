"""The tree of the case: sources, marked frames, crops, faces, results and exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.panels.case_header import CaseHeader
from fhgui.gui.panels.navigator_acts import Acts
from fhgui.gui.panels.navigator_delegate import ROW_ROLE, THUMB_PX, RowDelegate
from fhgui.gui.panels.navigator_menu import RowMenu
from fhgui.gui.panels.navigator_rows import Kind, Row, Thumb, rows_of
from fhgui.gui.panels.note_box import NoteBox
from fhgui.gui.viewers.painting import thumbnail
from fhgui.gui.widgets import Later
from fhgui.session.session import Session


class CaseTree(QTreeWidget):
    """A tree without columns, in which nothing is dragged."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("navigator")
        self.setAccessibleName(tr("Sources, marked frames, faces, results and exports"))
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def all_items(self) -> Iterator[QTreeWidgetItem]:
        """Yield every item, top down."""
        waiting = [self.topLevelItem(n) for n in reversed(range(self.topLevelItemCount()))]
        while waiting:
            item = waiting.pop()
            if item is not None:
                yield item
                waiting += [item.child(n) for n in reversed(range(item.childCount()))]


class Navigator(QWidget):
    """Shows the case; a click or Enter goes there, F2 renames, N notes, Delete deletes.

    Signals
    -------
    verify_wanted : the folder of an export.
    """

    verify_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigatorPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._thumbs: dict[tuple[object, ...], QPixmap] = {}
        self._rows: tuple[Row, ...] | None = None
        self._collapsed: set[str] = set()
        self._looked_at: object = None
        self._later = Later(self.refresh, self)
        self.acts = Acts(session)
        self.head = CaseHeader(session.casework)
        self.tree = CaseTree()
        self.delegate = RowDelegate(self.tree)
        self.tree.setItemDelegate(self.delegate)
        self.tree.installEventFilter(self)
        self.note = NoteBox(session)
        self.hint = QLabel(
            "Open a picture or a video, or drop files, a folder or a case here.\n\n"
            "Marked frames, crops, results and exports gather below their source."
        )
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(12, 4, 12, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)  # the border is the panel's own
        layout.setSpacing(0)
        for widget, stretch in ((self.head, 0), (self.hint, 0), (self.tree, 1), (self.note, 0)):
            layout.addWidget(widget, stretch)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        self.tree.itemClicked.connect(self._clicked)
        self.tree.itemDoubleClicked.connect(self._double_clicked)
        self.tree.currentItemChanged.connect(lambda *_: self.note.show_row(self.row))
        self.tree.customContextMenuRequested.connect(self.show_menu)
        self.tree.itemExpanded.connect(lambda item: self._collapsed.discard(_row(item).id))
        self.tree.itemCollapsed.connect(lambda item: self._collapsed.add(_row(item).id))
        self.delegate.renamed.connect(self.acts.rename)
        for signal in (
            session.works_changed,
            session.active_changed,
            session.results_changed,
            session.frame_changed,
            session.marking_changed,
            session.notes.changed,
            session.casework.changed,
        ):
            signal.connect(self._later.ask)
        session.result_changed.connect(self._later.ask)
        session.glimpses.changed.connect(self._later.ask)

    # ---- what is shown ------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the case as it is; rows that stay keep their place, and are painted anew."""
        rows = rows_of(self._session)
        if rows != self._rows:
            before, self._rows = self._rows, rows
            if before is None or [r.shape for r in before] != [r.shape for r in rows]:
                self._lay_out(rows)
            else:
                self._fill(rows)
            self.hint.setVisible(not rows)
            self.note.show_row(self.row)
        self._follow()

    def catch_up(self) -> None:
        """Show at once what has changed, if it is not shown yet."""
        if self._later.isActive():
            self._later.stop()
            self.refresh()

    def _lay_out(self, rows: tuple[Row, ...]) -> None:
        """Make the tree anew; what was current and what was folded away stays so."""
        current = self.row
        place = self.tree.verticalScrollBar().value()
        shown = {row.picture.id for row in _all_rows(rows) if row.picture is not None}
        self._thumbs = {name: made for name, made in self._thumbs.items() if name in shown}
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for row in rows:
                self._add(self.tree.invisibleRootItem(), row)
            self._make_current("" if current is None else current.id)
        self.tree.verticalScrollBar().setValue(place)
        self._looked_at = None

    def _add(self, parent: QTreeWidgetItem, row: Row) -> None:
        item = QTreeWidgetItem(parent)
        self._fill_item(item, row)
        for below in row.rows:
            self._add(item, below)
        item.setExpanded(row.id not in self._collapsed)

    def _fill(self, rows: tuple[Row, ...]) -> None:
        new = {row.id: row for row in _all_rows(rows)}
        with QSignalBlocker(self.tree):
            for item in self.tree.all_items():
                row = new[_row(item).id]
                if row != _row(item):
                    self._fill_item(item, row)
        self.tree.viewport().update()

    def _fill_item(self, item: QTreeWidgetItem, row: Row) -> None:
        item.setData(0, ROW_ROLE, row)
        item.setText(0, row.title)
        item.setToolTip(0, row.tip or f"{row.title}\n{row.second}")
        words = [str(row.kind), row.title, row.second, f"note: {row.note}" if row.note else ""]
        spoken = ", ".join(word for word in words if word)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
        if row.picture is not None:
            item.setData(0, Qt.ItemDataRole.DecorationRole, self._thumb(row.picture))
        flags = Qt.ItemFlag.ItemIsEnabled
        if row.kind is not Kind.HEADING:
            flags |= Qt.ItemFlag.ItemIsSelectable
        if row.key and row.kind is not Kind.DELETED:
            flags |= Qt.ItemFlag.ItemIsEditable
        item.setFlags(flags)

    def _thumb(self, picture: Thumb) -> QPixmap:
        """Return a picture as small as a row, made once."""
        if picture.id not in self._thumbs:
            ratio = self.devicePixelRatioF()
            made = thumbnail(picture.pixels, round(THUMB_PX * ratio))
            made.setDevicePixelRatio(ratio)
            self._thumbs[picture.id] = made
        return self._thumbs[picture.id]

    def _follow(self) -> None:
        """Make current what the window looks at, when that has changed."""
        session = self._session
        work = session.current
        looked_at = (work, session.selected_job, len(self._rows or ()))
        if looked_at == self._looked_at:
            return
        self._looked_at = looked_at
        wanted = f"result {session.selected_job}"
        if session.selected_job is None and work is not None:
            row = self.row
            if row is not None and row.work is work and row.kind is not Kind.RESULT:
                return  # a mark or a crop of this source: it was chosen here
            wanted = next((r.id for r in _all_rows(self._rows or ()) if r.work is work), "")
        with QSignalBlocker(self.tree):
            self._make_current(wanted)
        self.note.show_row(self.row)

    def _make_current(self, row_id: str) -> None:
        for item in self.tree.all_items():
            if _row(item).id == row_id:
                self.tree.setCurrentItem(item)
                return

    @property
    def row(self) -> Row | None:
        """The row that is chosen."""
        item = self.tree.currentItem()
        return None if item is None or _row(item).kind is Kind.HEADING else _row(item)

    # ---- wishes ------------------------------------------------------------------------------

    def rename(self) -> None:
        """Type another name for the chosen item."""
        item, row = self.tree.currentItem(), self.row
        if item is not None and row is not None and row.key and row.kind is not Kind.DELETED:
            self.tree.setFocus()
            self.tree.editItem(item)

    def write_note(self) -> None:
        """Type a note on the chosen item."""
        if self.note.isVisible():
            self.note.field.setFocus()

    def delete(self) -> None:
        """Take the chosen item off the desk; undo brings it back."""
        row = self.row
        if row is not None:
            self.acts.delete(row)

    def restore(self) -> None:
        """Put the chosen deleted item on the desk again."""
        row = self.row
        if row is not None and row.kind is Kind.DELETED:
            self._session.notes.restore(row.key)

    def show_folder(self) -> None:
        """Show the folder of the chosen item in the system's file manager."""
        path = None if self.row is None else self.acts.folder(self.row)
        if path is not None:
            open_outside(path)

    def verify(self) -> None:
        """Have the chosen export verified, if it is still there."""
        path = None if self.row is None else self.acts.folder(self.row)
        if path is not None:
            self.verify_wanted.emit(path)

    def menu(self, row: Row) -> RowMenu:
        """Return the menu on a row."""
        menu = RowMenu(row, self)
        menu.go_wanted.connect(self.go)
        menu.rename_wanted.connect(self.rename)
        menu.note_wanted.connect(self.write_note)
        menu.folder_wanted.connect(self.show_folder)
        menu.verify_wanted.connect(self.verify)
        menu.delete_wanted.connect(self.delete)
        return menu

    def show_menu(self, at: QPoint) -> None:
        """Show the menu on the chosen item at a place of the tree; it goes away by itself."""
        row = self.row
        if row is not None:
            menu = self.menu(row)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def go(self) -> None:
        """Go to the chosen item."""
        row = self.row
        if row is not None and row.kind is Kind.DELETED:
            self.restore()
        elif row is not None and row.kind is Kind.EXPORT:
            self.show_folder()
        elif row is not None:
            self.acts.go(row)

    def _clicked(self, item: QTreeWidgetItem) -> None:
        row = _row(item)
        if row.rows and self._on_sign(item):
            item.setExpanded(not item.isExpanded())
        elif row.kind not in (Kind.HEADING, Kind.EXPORT, Kind.DELETED):
            self.acts.go(row)

    def _double_clicked(self, item: QTreeWidgetItem) -> None:
        if _row(item).kind in (Kind.EXPORT, Kind.DELETED):
            self.go()

    def _on_sign(self, item: QTreeWidgetItem) -> bool:
        """Tell whether the pointer is on the sign that folds a row."""
        at = self.tree.viewport().mapFromGlobal(self.cursor().pos())
        return at.x() > self.tree.visualItemRect(item).right() - 22

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take the keys of the tree before the window's shortcuts do; called by Qt."""
        wish = wish_of(Place.CASE, event) if isinstance(event, QKeyEvent) else ""
        if wish:  # its key means something else in the rest of the window
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._press(wish)
                return True
        return super().eventFilter(watched, event)

    def _press(self, wish: str) -> None:
        self.catch_up()
        wishes = {"rename": self.rename, "delete": self.delete, "note": self.write_note}
        wishes.get(wish, self.go)()


def open_outside(path: Path) -> None:
    """Open a file or folder with the system's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _row(item: QTreeWidgetItem) -> Row:
    row: Row = item.data(0, ROW_ROLE)
    return row


def _all_rows(rows: tuple[Row, ...]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from _all_rows(row.rows)
