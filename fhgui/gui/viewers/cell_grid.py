"""As many linked picture cells as there are pictures, in the grid that makes them largest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from fhgui.gui.viewers.picture_cell import Picture, PictureCell
from fhgui.gui.viewers.picture_view import Look

GAP_PX = 6
HEADER_PX = 28


def best_columns(count: int, width: int, height: int) -> int:
    """Return the number of columns in which ``count`` square pictures are largest."""

    def side(columns: int) -> float:
        rows = -(-count // columns)
        return min(width / columns, height / rows - HEADER_PX)

    return max(range(1, max(1, count) + 1), key=side)


class CellGrid(QWidget):
    """Shows pictures side by side; zoom and pan of one are those of all while linked.

    Signals
    -------
    chosen : index of the cell that was clicked.
    hovered : index and `Sample` (or None) under the cursor.
    look_changed : the `Look` that the user chose.
    scale_changed : a picture may be shown larger or smaller now.
    drawn : index, the `Line` drawn, and whether the button is still down.
    picked : place of the annotation that was clicked.
    """

    chosen = Signal(int)
    hovered = Signal(int, object)
    look_changed = Signal(object)
    scale_changed = Signal()
    drawn = Signal(int, object, bool)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: list[PictureCell] = []
        self.linked = True

    def set_pictures(self, pictures: Sequence[Picture]) -> None:
        """Show other pictures; cells that stay keep their part of the picture."""
        while len(self.cells) > len(pictures):
            cell = self.cells.pop()
            cell.hide()
            cell.deleteLater()
        while len(self.cells) < len(pictures):
            self._add_cell()
        for cell, picture in zip(self.cells, pictures, strict=True):
            cell.set_picture(picture)
        self._arrange()

    def let_go(self) -> None:
        """Hold no picture any more; the cells stay, for making them takes long."""
        for cell in self.cells:
            if cell.picture.pixels is not None:
                cell.set_picture(Picture("", None))

    def set_active(self, index: int | None) -> None:
        """Frame one of the cells."""
        for number, cell in enumerate(self.cells):
            cell.set_active(number == index)

    def set_look(self, look: Look) -> None:
        """See another part in every cell."""
        for cell in self.cells:
            cell.view.set_look(look)

    def _add_cell(self) -> None:
        cell = PictureCell(self)
        index = len(self.cells)
        if self.cells:
            cell.view.set_look(self.cells[0].view.look)
        cell.chosen.connect(lambda: self.chosen.emit(index))
        cell.view.hovered.connect(lambda sample: self.hovered.emit(index, sample))
        cell.view.look_changed.connect(self._follow)
        cell.view.scale_changed.connect(self.scale_changed)
        cell.view.drawn.connect(lambda line, on: self.drawn.emit(index, line, on))
        cell.view.picked.connect(self.picked)
        self.cells.append(cell)
        cell.show()

    def _follow(self, look: Look) -> None:
        if self.linked:
            self.set_look(look)
        self.look_changed.emit(look)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Lay the cells out again; called by Qt."""
        self._arrange()

    def _arrange(self) -> None:
        count = len(self.cells)
        if not count:
            return
        columns = best_columns(count, self.width(), self.height())
        rows = -(-count // columns)
        width = (self.width() - GAP_PX * (columns - 1)) / columns
        room = (self.height() - GAP_PX * (rows - 1)) / rows
        height = room if count == 1 else min(room, width + HEADER_PX)
        top = (self.height() - rows * height - GAP_PX * (rows - 1)) / 2
        for index, cell in enumerate(self.cells):
            row, column = divmod(index, columns)
            x, y = column * (width + GAP_PX), top + row * (height + GAP_PX)
            cell.setGeometry(round(x), round(y), round(width), round(height))
