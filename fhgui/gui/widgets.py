"""Small widgets used everywhere: buttons with icons, origin badges, section headings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QToolButton, QWidget

from fhgui.core.method import Origin
from fhgui.gui.language import tr
from fhgui.gui.theme import ORIGIN_COLOURS, ORIGIN_WORDS, icon


class Later(QTimer):
    """Does something once the event loop is reached again, however often it was asked for.

    For what is shown anew whenever something changes: many changes at once cost one repaint.
    """

    def __init__(self, do: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(do)

    def ask(self) -> None:
        """Ask for it; takes the arguments of no signal."""
        if not self.isActive():
            self.start()


def tool_button(
    name: str, icon_name: str, text: str, tip: str, checkable: bool = False
) -> QToolButton:
    """Return a tool button with object name, icon, text and tooltip; both are translated."""
    text, tip = tr(text), tr(tip)
    button = QToolButton()
    button.setObjectName(name)
    button.setText(f" {text}" if text and icon_name else text)
    if icon_name:
        set_icon(button, icon_name)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    button.setToolButtonStyle(style if text else Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    button.setCheckable(checkable)
    return button


def set_icon(thing: QAbstractButton | QAction, name: str) -> None:
    """Give a button or an action an icon, and remember which for a change of theme."""
    thing.setIcon(icon(name))
    thing.setProperty("iconName", name)


def retheme_icons(root: QWidget) -> None:
    """Give every button and action under a widget the icon of the theme in force."""
    things: list[QAbstractButton | QAction] = [
        *root.findChildren(QAbstractButton),
        *root.findChildren(QAction),
    ]
    for thing in things:
        name = thing.property("iconName")
        if name:
            thing.setIcon(icon(str(name)))


def section(text: str) -> QLabel:
    """Return a heading of a side panel; it is translated."""
    label = QLabel(tr(text).upper())
    label.setObjectName("section")
    return label


def small(text: str = "", wrap: bool = True) -> QLabel:
    """Return a line of small grey text; it is translated."""
    label = QLabel(tr(text))
    label.setObjectName("small")
    label.setWordWrap(wrap)
    return label


class Elided(QLabel):
    """One line of small grey text; what does not fit is in its tooltip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName("small")
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint as much as fits; called by Qt."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        end = Qt.TextElideMode.ElideRight
        text = self.fontMetrics().elidedText(self.text(), end, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class Badge(QWidget):
    """A coloured pill: MEASURED, INTERPOLATED or SYNTHESISED."""

    def __init__(self, origin: Origin | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._origin = origin
        self._short = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_origin(origin)

    def set_origin(self, origin: Origin | None) -> None:
        """Show another origin; None hides the badge."""
        self._origin = origin
        self.setVisible(origin is not None)
        if origin is not None:
            self.setToolTip(f"{origin.value}: {ORIGIN_WORDS[origin]}")
            self.setAccessibleName(self.toolTip())
        self.updateGeometry()
        self.update()

    def set_short(self, short: bool) -> None:
        """Show the first letter only, where there is no room for the word."""
        if short != self._short:
            self._short = short
            self.updateGeometry()
            self.update()

    @property
    def full_width(self) -> int:
        """The width of the whole word, in pixels; 0 while hidden."""
        return 0 if self._origin is None else _badge_width(self._origin.value)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of the text with its margins; called by Qt."""
        text = "" if self._origin is None else self._origin.value
        return QSize(_badge_width(text[:1] if self._short else text), 16)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the pill; called by Qt."""
        if self._origin is not None:
            painter = QPainter(self)
            paint_badge(painter, QRectF(self.rect()), self._origin, self._short)
            painter.end()


def badge_font() -> QFont:
    """Return the font of badges."""
    font = QFont()
    font.setPixelSize(10)
    font.setBold(True)
    return font


def _badge_width(text: str) -> int:
    return QFontMetrics(badge_font()).horizontalAdvance(text.upper()) + 14


def paint_badge(painter: QPainter, rect: QRectF, origin: Origin, short: bool = False) -> None:
    """Paint an origin badge, or only its first letter, into a rectangle."""
    word = origin.value.upper()[: 1 if short else None]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ORIGIN_COLOURS[origin]))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setFont(badge_font())
    painter.setPen(QColor("#ffffff"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, word)
    painter.restore()
