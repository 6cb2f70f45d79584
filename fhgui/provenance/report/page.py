"""A page of the report: paper, typeface, head and foot, and text that nothing can break.

The PDF holds no script, no link to the outside, no transparency and no font that is not embedded
(PDF/A-2B, ISO 19005-2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from fpdf import FPDF
from fpdf.fonts import TTFFont

from fhgui.core.dossier import Dossier
from fhgui.core.text import visible, written_out
from fhgui.provenance.report.blocks import Colour
from fhgui.provenance.report.fonts import bold, regular
from fhgui.provenance.report.front import title_of
from fhgui.provenance.report.words import shortened

FONT = "DejaVu"
MARGIN_MM, FOOT_MM = 18.0, 18.0
INK: Colour = (20, 20, 20)
GREY: Colour = (105, 105, 105)
RULE: Colour = (200, 200, 200)
WARNING: Colour = (150, 60, 8)
PT_MM = 25.4 / 72
LEADING = 1.38
"""Height of a line over the size of its type."""
PAGES, NO_ALIAS = "{nb}", ""
"""The total number of pages is filled in at the foot only, never in foreign text."""


class ReportPage(FPDF):
    """Paper with the report's id and page n of m on every page.

    Parameters
    ----------
    dossier : gives paper, id and names.
    """

    def __init__(self, dossier: Dossier) -> None:
        super().__init__(format=dossier.paper.value, enforce_compliance="PDF/A-2B")
        self.add_font(FONT, "", regular())
        self.add_font(FONT, "B", bold())
        fonts = (font for font in self.fonts.values() if isinstance(font, TTFFont))
        self._glyphs = frozenset.intersection(*(frozenset(font.cmap) for font in fonts))
        self.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=FOOT_MM)
        self.c_margin = 0.0
        self.str_alias_nb_pages = NO_ALIAS
        self.set_lang("en")
        self._id = self.fitting(visible(dossier.id, 100))
        self._title = self.fitting(shortened(title_of(dossier), 70))
        self._issuer = self.fitting(visible(shortened(dossier.laboratory.name, 60)))
        self._issuer = self._issuer if dossier.laboratory.name.strip() else ""

    @property
    def text_mm(self) -> float:
        """Width of the text, in millimetres; `epw` shrinks where a column is set."""
        return float(self.w) - 2 * MARGIN_MM

    @property
    def bottom(self) -> float:
        """Lowest y that text may reach, in millimetres."""
        return float(self.h - FOOT_MM)

    @property
    def room(self) -> float:
        """Height left on this page, in millimetres."""
        return self.bottom - float(self.y)

    @property
    def at_top(self) -> bool:
        """Whether nothing stands on this page yet."""
        return float(self.y) <= MARGIN_MM + 0.01

    def header(self) -> None:
        """Print laboratory and title at the head of every page but the first."""
        if self.page_no() == 1:
            return
        self.write_size(6.5, GREY)
        self.set_xy(MARGIN_MM, 9)
        self.one_line(self._issuer, self.text_mm / 2 - 4, 3.5)
        self.set_xy(MARGIN_MM + self.text_mm / 2, 9)
        self.one_line(self._title, self.text_mm / 2, 3.5, align="R")
        self.rule(13.5)
        self.set_y(MARGIN_MM)

    def footer(self) -> None:
        """Print the report's id, page n of m and the shortest of the statements."""
        self.rule(self.h - 14.5)
        self.write_size(6, GREY)
        self.set_xy(MARGIN_MM, self.h - 13.5)
        self.cell(self.text_mm * 0.8, 3.5, f"Report {self._id}")
        before, self.str_alias_nb_pages = self.str_alias_nb_pages, PAGES
        self.cell(self.text_mm * 0.2, 3.5, f"Page {self.page_no()} of {PAGES}", align="R")
        self.str_alias_nb_pages = before
        self.set_xy(MARGIN_MM, self.h - 10.2)
        self.cell(self.text_mm, 3.5, "Enhanced images. Comparison must use the original recording.")

    def finished(self) -> bytes:
        """Return the whole PDF, the number of pages filled in at every foot."""
        self.str_alias_nb_pages = PAGES
        return bytes(self.output())

    def release(self) -> None:
        """Let go of the typefaces' files, whether or not the report was finished."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def write_size(self, size_pt: float, colour: Colour = INK, *, heavy: bool = False) -> None:
        """Set type for what follows."""
        self.set_font(FONT, "B" if heavy else "", size_pt)
        self.set_text_color(*colour)

    def rule(self, y_mm: float, colour: Colour = RULE) -> None:
        """Draw a thin line across the text's width."""
        self.set_draw_color(*colour)
        self.set_line_width(0.2)
        self.line(MARGIN_MM, y_mm, MARGIN_MM + self.text_mm, y_mm)

    @property
    def line_mm(self) -> float:
        """Height of a line of the present type."""
        return float(self.font_size_pt) * PT_MM * LEADING

    def text_block(self, text: str, width_mm: float, align: str = "L") -> None:
        """Print wrapped text from the present x on; the next line begins at the margin."""
        with self._direction(text):
            self.multi_cell(
                width_mm,
                self.line_mm,
                self.fitting(text),
                align=align,
                new_x="LMARGIN",
                new_y="NEXT",
            )

    def text_height(self, text: str, width_mm: float) -> float:
        """Return the height that wrapped text takes, in millimetres."""
        with self._direction(text):
            lines = self.multi_cell(
                width_mm, self.line_mm, self.fitting(text), align="L", dry_run=True, output="LINES"
            )
        assert isinstance(lines, list)
        return len(lines) * self.line_mm

    def one_line(
        self, text: str, width_mm: float, height_mm: float | None = None, align: str = "L"
    ) -> None:
        """Print text on one line, cut with an ellipsis where it is too long."""
        with self._direction(text):
            shown = self._cut(self.fitting(text), width_mm)
            self.cell(width_mm, height_mm or self.line_mm, shown, align=align)

    def fitting(self, text: str) -> str:
        """Return text in which characters without a glyph are given as their code points.

        PDF/A forbids to print a missing glyph, and an empty box would hide what is there.
        """
        return "".join(c if ord(c) in self._glyphs or c == "\n" else written_out(c) for c in text)

    def _cut(self, text: str, width_mm: float) -> str:
        if self.get_string_width(text) <= width_mm:
            return text
        low, high = 0, len(text)
        while low < high:  # the longest beginning that fits with its ellipsis
            middle = (low + high + 1) // 2
            fits = self.get_string_width(text[:middle] + "…") <= width_mm
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low] + "…"

    @contextmanager
    def _direction(self, text: str) -> Iterator[None]:
        """Lay out Hebrew and Arabic as they are read; all other text needs no such work."""
        if not any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
            yield
            return
        self.set_text_shaping(True)
        try:
            yield
        finally:
            self.set_text_shaping(False)
