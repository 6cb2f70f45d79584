"""Figures of every result against a reference of the same moment, if the examiner has one."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.reference import MEANING, ReferenceScore
from fhgui.core.text import visible
from fhgui.gui.asking import ask_for_file
from fhgui.gui.language import tr
from fhgui.gui.widgets import Elided, small
from fhgui.session.referencing import choose_reference
from fhgui.session.results import ChosenReference, FaceWork, Result
from fhgui.session.session import Session

COLUMNS = (
    ("PSNR RGB", "psnr_rgb", "{:.2f} dB"),
    ("PSNR Y", "psnr_y", "{:.2f} dB"),
    ("SSIM", "ssim", "{:.4f}"),
    ("FSIM", "fsim", "{:.4f}"),
)
PICTURES = "Pictures (*.png *.tif *.tiff *.bmp *.jpg *.jpeg *.webp);;All files (*)"


class ReferencePanel(QWidget):
    """Chooses a reference and shows what came of it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referencePanel")
        self._session = session
        self.choose = QPushButton(tr("Choose …"))
        self.choose.setObjectName("referenceButton")
        self.choose.setToolTip(tr("Choose a reference: a better picture of the same moment"))
        self.choose.clicked.connect(self.ask)
        self.remove = QPushButton(tr("Remove"))
        self.remove.setObjectName("removeReferenceButton")
        self.remove.setToolTip(tr("Compare with no reference"))
        self.remove.clicked.connect(lambda: choose_reference(session, None))
        self.name = Elided("")
        side = QWidget()
        side.setObjectName("toolRow")
        side.setFixedWidth(330)
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 2, 0, 0)
        left.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        left.addLayout(row)
        left.addWidget(self.name)
        left.addWidget(small(MEANING))
        left.addStretch(1)
        self.table = QTableWidget(0, len(COLUMNS) + 1)
        self.table.setObjectName("referenceTable")
        self.table.setAccessibleName(tr("Results against the reference"))
        self.table.setHorizontalHeaderLabels(["method", *(title for title, _, _ in COLUMNS)])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().setDefaultSectionSize(20)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(side)
        layout.addWidget(self.table, 1)
        for signal in (session.active_changed, session.results_changed):
            signal.connect(self.refresh)
        self.refresh()

    def ask(self) -> None:
        """Open the file dialog."""
        ask_for_file(
            self,
            "Choose a reference of the same moment",
            partial(choose_reference, self._session),
            kinds=PICTURES,
            name="referenceDialog",
        )

    def refresh(self) -> None:
        """Show the figures of the active face's results."""
        work = self._session.current
        face = None if work is None else work.active_face
        chosen = None if face is None else face.reference
        self.choose.setEnabled(face is not None)
        self.remove.setEnabled(chosen is not None)
        self._show_name(chosen)
        rows = [] if face is None or chosen is None else _rows(face, chosen)
        best = {name: max(_values(rows, name), default=None) for _, name, _ in COLUMNS}
        self.table.setRowCount(len(rows))
        for number, (result, score) in enumerate(rows):
            self.table.setItem(number, 0, QTableWidgetItem(result.label))
            for column, (_, name, form) in enumerate(COLUMNS, start=1):
                self.table.setItem(number, column, _cell(score, name, form, best[name]))

    def _show_name(self, chosen: ChosenReference | None) -> None:
        words = "No reference chosen"
        if chosen is not None:
            how = "scoring …" if chosen.found is None else chosen.found.how
            words = f"{visible(chosen.path.name, 80)}: {how}"
        self.name.setText(words)
        self.name.setToolTip(words if chosen is None else f"{visible(str(chosen.path))}\n{words}")


def _rows(face: FaceWork, chosen: ChosenReference) -> list[tuple[Result, ReferenceScore]]:
    rows = []
    for result in face.results:
        record = None if result.run is None else result.run.record.id
        found = None if chosen.found is None or not record else chosen.found.score_of(record)
        rows.append((result, found or ReferenceScore("", note="scoring …")))
    return rows


def _values(rows: list[tuple[Result, ReferenceScore]], name: str) -> list[float]:
    values = (getattr(score, name) for _, score in rows)
    return [value for value in values if value is not None]


def _cell(score: ReferenceScore, name: str, form: str, best: float | None) -> QTableWidgetItem:
    value = getattr(score, name)
    if value is None:
        item = QTableWidgetItem("–")
        item.setToolTip(score.note)
        return item
    item = QTableWidgetItem("equal" if math.isinf(value) else form.format(value))
    if value == best:
        font = QFont()
        font.setBold(True)
        item.setFont(font)
        item.setToolTip(tr("the best of these results"))
    return item
