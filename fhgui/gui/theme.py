"""Colours, style sheet and icons, dark and light.

Pictures always lie on neutral grey: a coloured surround shifts how an eye judges a face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from string import Template

import qtawesome  # type: ignore[import-untyped]  # ships no types
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from fhgui import paths
from fhgui.core.method import Origin

FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
MONO = '"JetBrains Mono", "Cascadia Mono", "SF Mono", "DejaVu Sans Mono", monospace'

DARK = {
    "window": "#2b2d31",
    "panel": "#25272b",
    "centre": "#2d2f33",
    "picture": "#1f1f1f",
    "on_picture": "#989ea7",
    "header": "#36383d",
    "raised": "#3b3e44",
    "card": "#303338",
    "chosen": "#30394a",
    "field": "#1f2125",
    "line": "#1a1b1e",
    "text": "#e3e6ea",
    "muted": "#989ea7",
    "faint": "#7d848e",
    "accent": "#3d8bfd",
    "accent_hover": "#5a9cff",
    "amber": "#f0b23c",
    "amber_text": "#f3dcae",
    "red": "#ef5f5f",
    "green": "#53b98a",
}
LIGHT = {
    "window": "#f2f3f5",
    "panel": "#ffffff",
    "centre": "#e6e7e9",
    "picture": "#808080",
    "on_picture": "#101214",
    "header": "#d6d8db",
    "raised": "#d2d6db",
    "card": "#f1f3f5",
    "chosen": "#e3edfd",
    "field": "#ffffff",
    "line": "#cfd3d8",
    "text": "#1d2025",
    "muted": "#59606a",
    "faint": "#858c95",
    "accent": "#1f6fe5",
    "accent_hover": "#3d85f0",
    "amber": "#b87708",
    "amber_text": "#5f4208",
    "red": "#c63333",
    "green": "#1f7d53",
}
THEMES = {"dark": DARK, "light": LIGHT}
SYSTEM = "system"
"""Name of the choice to follow the system: dark, unless it asks for light."""

ORIGIN_COLOURS = {
    Origin.MEASURED: "#2a8f68",
    Origin.INTERPOLATED: "#3566b5",
    Origin.SYNTHESISED: "#b06a10",
}
"""Evidence, computed from evidence, invention: the same three colours everywhere."""

ORIGIN_WORDS = {
    Origin.MEASURED: "the evidence itself, cut out and brought to the method's grid",
    Origin.INTERPOLATED: "computed from the evidence alone",
    Origin.SYNTHESISED: "holds detail learned from other people's faces",
}


class _Current:
    name = "dark"


def colour(token: str) -> str:
    """Return a colour of the theme in force, as ``#rrggbb``."""
    return THEMES[_Current.name][token]


def theme_name() -> str:
    """Return ``dark`` or ``light``."""
    return _Current.name


def theme_of(name: str) -> str:
    """Return the theme that a choice stands for: that of the system may be either."""
    if name == SYSTEM:
        light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        name = "light" if light else "dark"
    return name if name in THEMES else "dark"


def apply_theme(app: QApplication, name: str) -> None:
    """Put a theme on the whole application, or the one that the system asks for."""
    for part in parts(app, name):
        part()


def parts(app: QApplication, name: str) -> tuple[Callable[[], None], ...]:
    """Return what has to be done one after the other for another theme.

    Each part goes through all widgets and holds the window up: it can have a turn of its own.
    """
    return partial(_take_off, app), partial(_colour, app, name), partial(_put_on, app)


def _take_off(app: QApplication) -> None:
    """Take the style sheet off: from one to another at once takes Qt four times as long."""
    _leave_out_what_is_hidden()
    with _nobody_told():
        app.setStyleSheet("")


def _colour(app: QApplication, name: str) -> None:
    _Current.name = theme_of(name)
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(THEMES[_Current.name]))
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(13)
    if app.font() != font:
        app.setFont(font)


def _put_on(app: QApplication) -> None:
    tokens = THEMES[_Current.name]
    sheet = paths.resource("style/fhgui.qss").read_text(encoding="utf-8")
    check, chevron = (paths.resource(f"icons/{n}.svg").as_posix() for n in ("check", "chevron"))
    with _nobody_told():
        app.setStyleSheet(
            Template(sheet).substitute(tokens, mono=MONO, check=check, chevron=chevron)
        )


def _leave_out_what_is_hidden() -> None:
    """Have what nobody sees get its style when it is next shown, as what is new does.

    Four of five widgets lie on pages that are not looked at; the longest part takes a third.
    """
    for widget in QApplication.allWidgets():
        if not widget.isVisible():
            widget.setAttribute(Qt.WidgetAttribute.WA_WState_Polished, False)


@contextmanager
def _nobody_told() -> Iterator[None]:
    """Keep Qt from telling every widget that its style changed, whereupon it is laid out anew.

    That takes half of the time, for nothing: themes differ in their colours alone. A widget that
    says it has a style of its own is not told. Where updates go on, as in dialogs, all are told:
    they may be laid out while the style sheet is off.
    """
    own = Qt.WidgetAttribute.WA_SetStyle
    others = [
        w for w in QApplication.allWidgets() if not w.updatesEnabled() and not w.testAttribute(own)
    ]
    for widget in others:
        widget.setAttribute(own, True)
    try:
        yield
    finally:
        for widget in others:
            widget.setAttribute(own, False)
            widget.update()


def icon(name: str, token: str = "text", checked: str | None = None) -> QIcon:
    """Return a Material Design icon in a colour of the theme.

    Parameters
    ----------
    name : e.g. ``folder-open-outline``.
    checked : colour token while the button is down; the same colour by default.
    """
    return _icon(name, colour(token), "#ffffff" if checked is None else colour(checked))


@cache
def _icon(name: str, shade: str, checked: str) -> QIcon:
    made: QIcon = qtawesome.icon(f"mdi6.{name}", color=shade, color_on=checked)
    return made


def white_icon(name: str) -> QIcon:
    """Return an icon for buttons in the accent colour, white in both themes."""
    return _icon(name, "#ffffff", "#ffffff")


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(paths.resource("icons/fhgui.svg")))


def _palette(tokens: dict[str, str]) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "field",
        QPalette.ColorRole.AlternateBase: "card",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.PlaceholderText: "faint",
        QPalette.ColorRole.Link: "accent",
    }
    palette = QPalette()
    for role, token in roles.items():
        palette.setColor(role, QColor(tokens[token]))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#ffffff"))
    return palette
