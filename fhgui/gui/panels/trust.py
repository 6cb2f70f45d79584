"""How far can this be trusted? Size of the face, share fixed by evidence, re-degradation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.doubt import INTERVAL, DoubtMaps
from fhgui.core.face import Adequacy, AdequacyClass, density_words
from fhgui.core.method import MethodInfo
from fhgui.gui.theme import colour
from fhgui.gui.viewers.pictures import decibels
from fhgui.gui.widgets import section, small
from fhgui.methods import registry
from fhgui.session import placement
from fhgui.session.session import Session

STATEMENT = (
    "Presented as an enhanced image. Added detail comes from other people's faces. "
    "Comparison must use the original."
)
CLASSES = ((125, "perceive"), (250, "character."), (500, "validate"), (1500, "scrutinise"))
"""IEC 62676-4:2025 classes, px/m."""
LEAST_PX = 120
COARSE = "mostly coarse shading, no certainty"


class AdequacyScale(QWidget):
    """A bar of px/m with the four classes at equal distances."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(40)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the usual size; called by Qt."""
        return QSize(200, 40)

    def set_value(self, density_px_per_m: float | None) -> None:
        """Show another density."""
        self._value = density_px_per_m
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint bar, ticks and words; called by Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour("raised")))
        painter.drawRoundedRect(QRectF(0, 2, self.width(), 6), 3, 3)
        if self._value is not None:
            painter.setBrush(QColor(colour(self._tone())))
            painter.drawRoundedRect(QRectF(0, 2, self.width() * self._place(self._value), 6), 3, 3)
        font = painter.font()
        font.setPixelSize(9)
        painter.setFont(font)
        slot = self.width() / (len(CLASSES) + 0.5)
        for number, (limit, name) in enumerate(CLASSES):
            x = self.width() * self._place(limit)
            painter.fillRect(QRectF(x - 0.5, 0, 1, 10), QColor(colour("muted")))
            painter.setPen(QColor(colour("muted")))
            box = QRectF(x - slot / 2, 12, slot, 26)
            if number == len(CLASSES) - 1:
                box.moveRight(self.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{name}\n{limit}")
            painter.setPen(Qt.PenStyle.NoPen)
        painter.end()

    def _tone(self) -> str:
        value = self._value or 0
        return "red" if value < 125 else "amber" if value < 250 else "green"

    def _place(self, value: float) -> float:
        """Return the place of a density, 0–1, linear between the classes."""
        marks = [0.0, *(float(limit) for limit, _ in CLASSES)]
        for number, (low, high) in enumerate(pairwise(marks)):
            if value <= high:
                share = number + (value - low) / (high - low)
                return share / (len(CLASSES) + 0.4) * 1.0
        return 1.0


class TrustPanel(QScrollArea):
    """The doubts about the marked face and the selected result; it scrolls in a low window."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trustPanel")
        self._session = session
        self.density, self.density_words = QLabel(), small()
        self.scale = AdequacyScale()
        self.share, self.again, self.expected = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Energy fixed by evidence")
        self.share_words, self.gap_words, self.coarse = small(), small(), small()
        self.coarse.setText(COARSE)
        statement = QLabel(STATEMENT)
        statement.setObjectName("statement")
        statement.setWordWrap(True)
        self._inside = QWidget()
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(6)
        layout.addWidget(section("How far can this be trusted?"))
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 0, 8, 0)
        inner.addWidget(self._adequacy_card())
        inner.addWidget(self._evidence_card())
        inner.addWidget(statement)
        layout.addLayout(inner)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("How far can this be trusted?")
        for widget in (self._inside, self.viewport()):
            widget.setAutoFillBackground(False)
        for signal in (
            session.marking_changed,
            session.active_changed,
            session.frame_changed,
            session.view_changed,
        ):
            signal.connect(self.refresh)
        session.result_changed.connect(self._changed)
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size at which nothing need be scrolled; called by Qt."""
        layout, width = self._inside.layout(), self.width()
        assert layout is not None
        return QSize(layout.sizeHint().width(), layout.totalHeightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return a size that shows the first figures; called by Qt."""
        return QSize(0, LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Want another height for another width; called by Qt."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Want another height when the words have changed; called by Qt."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _adequacy_card(self) -> QFrame:
        card, layout = _card()
        layout.addLayout(_row("Input adequacy", self.density))
        layout.addWidget(self.scale)
        layout.addWidget(self.density_words)
        card.setToolTip(
            "Pixels a metre, taking a face to be 16 cm wide, against the classes of "
            "IEC 62676-4:2025: perceive 125, characterise 250, validate 500, scrutinise 1500"
        )
        return card

    def _evidence_card(self) -> QFrame:
        card, layout = _card()
        layout.addLayout(_row("Energy fixed by evidence", self.share))
        layout.addWidget(self.bar)
        layout.addWidget(self.coarse)
        layout.addLayout(_row("Re-degradation check", self.again))
        layout.addWidget(self.gap_words)
        layout.addLayout(_row("Expected error", self.expected))
        layout.addWidget(self.share_words)
        card.setToolTip(
            "How much of the result's contrast the input fixes, and how well the result explains "
            "the input when it is degraded again. Coarse light and shade have nearly all the "
            "energy of a picture; what tells one person from another is fine, and has little: "
            "97 % fixed is not 97 % certain. Both hold for the assumed degradation only; "
            "a good check is necessary, not sufficient. The expected error is the method's own "
            f"estimate at the median pixel ({INTERVAL:.0%} interval); its map is among the maps of "
            "doubt."
        )
        return card

    def _changed(self, result: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Show figures of the selected result, or of the marked face before there is one."""
        result = self._session.selected
        adequacy = result.adequacy if result is not None else None
        if result is None:
            adequacy = placement.adequacy_of(self._session.marking, self._info())
        self._show_adequacy(adequacy)
        doubt = result.doubt if result is not None else None
        self.bar.setValue(0 if doubt is None else round(1000 * doubt.fixed_share))
        self.coarse.setVisible(doubt is not None)
        self.share.setText("–" if doubt is None else doubt.fixed_words)
        self.again.setText("–" if doubt is None else decibels(doubt.redegradation_db))
        self.gap_words.setText(gap_words(doubt))
        self.gap_words.setVisible(bool(self.gap_words.text()))
        self.expected.setText(_expected(doubt))
        self.share_words.setText(
            "Known once a method has run."
            if result is None or doubt is None
            else f"{result.name}, assuming {_degradation(result.run)} degradation"
        )

    def _show_adequacy(self, adequacy: Adequacy | None) -> None:
        measured = adequacy is not None and adequacy.interocular_px is not None
        self.scale.set_value(adequacy.density_px_per_m if adequacy and measured else None)
        if adequacy is None:
            self.density.setText("–")
            self.density_words.setText("Mark a face to see how many pixels it has.")
            return
        eyes = adequacy.interocular_px
        self.density.setText(f"{'≤ ' * (eyes is None)}{density_words(adequacy.density_px_per_m)}")
        if eyes is None:  # the crop says how wide the face can be, not how wide it is
            words = f"the face is at most {adequacy.face_px:.0f} px wide; points tell: at best"
            self.density_words.setText(f"{words} class {adequacy.adequacy.value}")
            return
        words = f"face {adequacy.face_px:.0f} px wide, eyes {eyes:.1f} px apart"
        if adequacy.adequacy is AdequacyClass.BELOW:
            words += ": too few pixels even to perceive a face"
        else:
            words += f": class {adequacy.adequacy.value}"
        self.density_words.setText(words)

    def _info(self) -> MethodInfo:
        return registry.info((self._session.methods or registry.method_ids())[0])


def gap_words(doubt: DoubtMaps | None) -> str:
    """Return how far the result is from the evidence, and was before its last stage."""
    agreement = None if doubt is None else doubt.agreement
    if agreement is None:
        return ""
    after, before = agreement.after, agreement.before
    words = f"off by {after.mean:.2f} grey levels on average, {after.largest:.1f} at most"
    if before is None:
        return words
    return f"{words}; before the last stage {before.mean:.2f} and {before.largest:.1f}"


def _expected(doubt: DoubtMaps | None) -> str:
    if doubt is None or doubt.expected is None:
        return "–" if doubt is None else "not estimated"
    return f"± {np.median(doubt.expected):.1f} grey levels"


def _degradation(run: object) -> str:
    record = getattr(run, "record", None)
    return "the method's" if record is None else str(record.degradation)


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setObjectName("card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(10, 8, 10, 8)
    layout.setSpacing(4)
    return card, layout


def _row(words: str, value: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(QLabel(words))
    row.addStretch(1)
    value.setStyleSheet("font-weight: 600")
    row.addWidget(value)
    return row
