"""The typeface of reports and sheets: bundled, so that every machine renders the same page."""

from __future__ import annotations

from pathlib import Path

from PIL import ImageFont

from fhgui import paths

REGULAR = "fonts/DejaVuSans.ttf"
BOLD = "fonts/DejaVuSans-Bold.ttf"


def regular() -> Path:
    """Return the path of the regular face."""
    return paths.resource(REGULAR)


def bold() -> Path:
    """Return the path of the bold face."""
    return paths.resource(BOLD)


def picture_font(size_px: int, *, heavy: bool = False) -> ImageFont.FreeTypeFont:
    """Return the typeface for drawing on pictures with Pillow."""
    return ImageFont.truetype(str(bold() if heavy else regular()), size_px)
