"""The 68 points as lines: jaw, brows, nose, eyes and lips."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from fhgui.core.arrays import Points
from fhgui.session.marking import PointList

CHAINS_68 = (
    range(17),
    range(17, 22),
    range(22, 27),
    range(27, 31),
    range(31, 36),
    (*range(36, 42), 36),
    (*range(42, 48), 42),
    (*range(48, 60), 48),
    (*range(60, 68), 60),
)
"""Jaw, brows, nose, eyes and lips of the 68 points."""


def paint_chains(
    painter: QPainter,
    to_widget: Callable[[float, float], QPointF],
    points: Points | PointList,
    shade: QColor,
    width: float,
) -> None:
    """Paint 68 points as lines, half transparent."""
    shade.setAlpha(170)
    painter.setPen(QPen(shade, width))
    for chain in CHAINS_68:
        painter.drawPolyline([to_widget(points[i][0], points[i][1]) for i in chain])
