"""The report as PDF/A-2B: every kind of block has one function that lays it out."""

from __future__ import annotations

import math
from datetime import datetime
from functools import singledispatchmethod

from fpdf import FPDF
from fpdf.outline import OutlineSection
from PIL import Image

from fhgui.core.dossier import Dossier, Laboratory, Paper
from fhgui.core.text import visible
from fhgui.provenance.report.blocks import (
    Block,
    End,
    Facts,
    Figure,
    Gallery,
    Grid,
    Heading,
    Paragraph,
    Scale,
    SignaturePlace,
    Tone,
)
from fhgui.provenance.report.content import content
from fhgui.provenance.report.front import title_of
from fhgui.provenance.report.page import (
    GREY,
    INK,
    MARGIN_MM,
    NO_ALIAS,
    RULE,
    WARNING,
    ReportPage,
)
from fhgui.provenance.report.pictures import gradient, logo
from fhgui.provenance.report.words import shortened

PRINTED_PX = 400
"""Least pixels on the longer side of a printed picture: viewers blur smaller ones when they
enlarge them, and pixels must stay squares."""
LOGO_MM = (46.0, 22.0)
GAP_MM = 3.0
NAME_MM = 39.0
TEXT_PT, SMALL_PT, TINY_PT = 8.0, 7.0, 6.3
LONG_VALUE = 600
"""Characters from which a value is set in small type: lists of landmarks and the like."""
HEADING_PT = {1: 14.0, 2: 11.0, 3: 9.0}
HEADING_SPACE_MM = {1: 8.0, 2: 5.0, 3: 3.0}
TOC_LINE_MM = {1: 7.0, 2: 4.8}
TOC_HEAD_MM = 14.0
GRID_ROW_MM = 4.1
WIDEST_MM = {Paper.A4: {3: 52.0, 4: 37.0}, Paper.LETTER: {3: 45.0, 4: 35.0}}
"""Widest pictures by columns, so that an exhibit with a warning or two fits on two pages."""
LABEL_FILL = (45, 45, 45)


def pdf_bytes(dossier: Dossier) -> bytes:
    """Return the report as a PDF.

    Raises
    ------
    OutputError
        If the laboratory's logo is no picture.
    """
    page = ReportPage(dossier)
    try:
        return _Printer(dossier, page).print()
    finally:
        page.release()


class _Printer:
    """Lays the blocks out on pages, one after the other."""

    def __init__(self, dossier: Dossier, page: ReportPage) -> None:
        self.dossier = dossier
        self.blocks = list(content(dossier))
        self.page = page
        self._level = -1
        self._at = 0
        self._entries: list[tuple[Heading, int]] = []

    def print(self) -> bytes:
        """Print everything."""
        self._metadata()
        self.page.add_page()
        self._front()
        second = _second_section(self.blocks)
        self._print_blocks(0, second)
        self._contents()
        self._print_blocks(second, len(self.blocks))
        return self.page.finished()

    def _metadata(self) -> None:
        page, dossier = self.page, self.dossier
        author = dossier.commission.examiner or dossier.laboratory.name
        program = " ".join(dossier.software.values())
        page.set_title(title_of(dossier))
        page.set_author(visible(shortened(author, 200)) if author else "not stated")
        page.set_subject(f"Report {dossier.id}")
        page.set_creator(visible(program, 100))
        page.set_producer(f"{visible(program, 100)} (fpdf2)")
        page.set_creation_date(datetime.fromisoformat(dossier.made_utc))

    def _front(self) -> None:
        page = self.page
        self._letterhead()
        page.write_size(19, heavy=True)
        page.text_block(title_of(self.dossier), page.text_mm)
        page.ln(2)
        page.write_size(TEXT_PT, WARNING)
        page.text_block(
            "The pictures in this report are enhanced images for investigation. They identify "
            "nobody, and comparison must use the original recording.",
            page.text_mm,
        )
        page.ln(5)

    def _letterhead(self) -> None:
        """Print the laboratory's details above a rule; nothing if none are known."""
        page, laboratory = self.page, self.dossier.laboratory
        if laboratory == Laboratory():
            return
        top = float(page.y)
        beside = self._logo(laboratory.logo_png, top)
        page.set_y(top)
        page.write_size(11, heavy=True)
        page.one_line(visible(shortened(laboratory.name, 100)), beside)
        page.ln(6)
        page.write_size(SMALL_PT, GREY)
        for text in (laboratory.address, laboratory.accreditation):
            if text.strip():
                page.text_block(visible(shortened(text, 300)), beside)
        least = top + LOGO_MM[1] if laboratory.logo_png else 0.0
        page.set_y(max(float(page.y), least) + 4)
        page.rule(float(page.y))
        page.ln(6)

    def _logo(self, png: bytes | None, top_mm: float) -> float:
        """Print the logo in the upper right corner; return the width left beside it."""
        if png is None:
            return self.page.text_mm
        picture = logo(png)
        width, height = LOGO_MM
        factor = min(width / picture.width, height / picture.height)
        w, h = picture.width * factor, picture.height * factor
        self.page.image(picture, MARGIN_MM + self.page.text_mm - w, top_mm, w, h)
        return self.page.text_mm - width - GAP_MM

    def _contents(self) -> None:
        self.page.add_page()
        levels = [b.level for b in self.blocks if isinstance(b, Heading) and b.level <= 2]
        pages = self._pages_of_contents(levels)
        self.page.insert_toc_placeholder(self._print_contents, pages=pages)

    def _pages_of_contents(self, levels: list[int]) -> int:
        room = self.page.bottom - MARGIN_MM
        pages, y = 1, TOC_HEAD_MM
        for level in levels:
            if y + TOC_LINE_MM[level] > room:
                pages, y = pages + 1, 0.0
            y += TOC_LINE_MM[level]
        return pages

    def _print_contents(self, pdf: FPDF, outline: list[OutlineSection]) -> None:
        page = self.page
        alias, page.str_alias_nb_pages = page.str_alias_nb_pages, NO_ALIAS
        page.set_y(MARGIN_MM)
        page.write_size(HEADING_PT[1], heavy=True)
        page.cell(page.text_mm, 8, "Contents")
        y = MARGIN_MM + TOC_HEAD_MM
        for heading, number in self._entries:
            height = TOC_LINE_MM[heading.level]
            if y + height > page.bottom:
                page.add_page()
                y = MARGIN_MM
            self._contents_line(heading, number, y, height)
            y += height
        page.str_alias_nb_pages = alias

    def _contents_line(self, heading: Heading, number: int, y_mm: float, height_mm: float) -> None:
        page, first = self.page, heading.level == 1
        indent = 0.0 if first else 7.0
        page.write_size(9.0 if first else TEXT_PT, heavy=first)
        link = page.add_link(page=number)
        page.set_xy(MARGIN_MM + indent, y_mm)
        page.one_line(heading.text, page.text_mm - indent - 14, height_mm)
        page.set_xy(MARGIN_MM + page.text_mm - 12, y_mm)
        page.cell(12, height_mm, str(number), align="R")
        page.link(MARGIN_MM + indent, y_mm, page.text_mm - indent, height_mm, link)

    def _print_blocks(self, begin: int, end: int) -> None:
        for index in range(begin, end):
            self._at = index
            self._show(self.blocks[index])

    @singledispatchmethod
    def _show(self, block: Block) -> None:
        raise TypeError(f"no page knows how to show {type(block).__name__}")

    @_show.register
    def _heading(self, block: Heading) -> None:
        page = self.page
        size = HEADING_PT[block.level]
        if block.new_page and not page.at_top:
            page.add_page()
        self._keep_together(size * 0.6 + self._least_height(self._at + 1))
        page.ln(0 if page.at_top else HEADING_SPACE_MM[block.level])
        self._level = min(block.level - 1, self._level + 1)
        page.start_section(page.fitting(block.text), level=self._level)
        if block.level <= 2:
            self._entries.append((block, page.page_no()))
        page.write_size(size, heavy=True)
        page.text_block(block.text, page.text_mm)
        page.ln(2.5 if block.level == 1 else 1.2)

    @_show.register
    def _paragraph(self, block: Paragraph) -> None:
        page = self.page
        small, colour = SMALL_PT, {Tone.WARNING: WARNING, Tone.NOTE: GREY}.get(block.tone, INK)
        page.write_size(small if block.tone is Tone.NOTE else TEXT_PT, colour)
        height = page.text_height(block.text, page.text_mm)
        if height < page.text_mm / 3:
            self._keep_together(height)
        page.text_block(block.text, page.text_mm)
        page.ln(1.6)

    @_show.register
    def _facts(self, block: Facts) -> None:
        for name, value in block.rows:
            self._fact(name, value)
        self.page.ln(1.2)

    def _fact(self, name: str, value: str) -> None:
        """Print a name and beside it a value, which may go on over pages."""
        page = self.page
        page.write_size(TINY_PT if len(value) > LONG_VALUE else TEXT_PT - 0.5, GREY)
        self._keep_together(2 * page.line_mm)
        top, number = float(page.y), page.page_no()
        page.text_block(name, NAME_MM - 2)
        below_name = float(page.y)
        page.set_text_color(*INK)
        page.set_xy(MARGIN_MM + NAME_MM, top)
        page.l_margin = MARGIN_MM + NAME_MM
        page.text_block(value, page.text_mm - NAME_MM)
        page.l_margin = MARGIN_MM
        y = float(page.y) if page.page_no() != number else max(float(page.y), below_name)
        page.set_xy(MARGIN_MM, y + 0.35)

    @_show.register
    def _grid(self, block: Grid) -> None:
        page = self.page
        widths = [page.text_mm * share / sum(block.shares) for share in block.shares]
        rows_mm = GRID_ROW_MM * (len(block.rows) + 1)
        self._keep_together(rows_mm if rows_mm < page.text_mm / 2 else 3 * GRID_ROW_MM)
        self._grid_header(block, widths)
        for row in block.rows:
            page.write_size(TINY_PT)
            heights = [page.text_height(t, w - 1.5) for t, w in zip(row, widths, strict=True)]
            if max(heights) + 1 > page.room:
                page.add_page()
                self._grid_header(block, widths)
            self._grid_row(row, widths, max(heights))
        page.ln(2.5)

    def _grid_header(self, block: Grid, widths: list[float]) -> None:
        page = self.page
        page.write_size(TINY_PT, GREY, heavy=True)
        for text, width in zip(block.header, widths, strict=True):
            page.one_line(text, width - 1.5)
            page.set_x(page.x + 1.5)
        page.ln(page.line_mm + 0.6)
        page.rule(float(page.y) - 0.3)

    def _grid_row(self, row: tuple[str, ...], widths: list[float], height_mm: float) -> None:
        page = self.page
        page.write_size(TINY_PT)
        x, y = MARGIN_MM, float(page.y) + 0.4
        for text, width in zip(row, widths, strict=True):
            page.set_xy(x, y)
            page.text_block(text, width - 1.5)
            x += width
        page.set_xy(MARGIN_MM, y + height_mm + 0.4)
        page.rule(float(page.y) - 0.1)

    @_show.register
    def _gallery(self, block: Gallery) -> None:
        step = (self.page.text_mm + GAP_MM) / block.columns
        width = step - GAP_MM
        if block.columns > 1:
            width = min(width, WIDEST_MM[self.dossier.paper].get(block.columns, width))
            step = (self.page.text_mm - width) / (block.columns - 1)
        for begin in range(0, len(block.figures), block.columns):
            self._figure_row(block.figures[begin : begin + block.columns], width, step)
        self.page.ln(1)

    def _figure_row(self, figures: tuple[Figure, ...], width_mm: float, step_mm: float) -> None:
        page = self.page
        pictures = [printed(figure.make()) for figure in figures]
        heights = [picture.height / picture.width * width_mm for picture in pictures]
        below = [self._height_below(figure, width_mm) for figure in figures]
        title_mm = 4.2 if any(figure.title for figure in figures) else 0.0
        total = title_mm + max(h + b for h, b in zip(heights, below, strict=True)) + 1
        self._keep_together(total)
        top = float(page.y)
        for column, (figure, picture) in enumerate(zip(figures, pictures, strict=True)):
            x = MARGIN_MM + column * step_mm
            self._figure_title(figure, x, top, width_mm)
            page.image(picture, x, top + title_mm, width_mm, heights[column])
            self._below(figure, x, top + title_mm + heights[column], width_mm)
        page.set_xy(MARGIN_MM, top + total)

    def _figure_title(self, figure: Figure, x_mm: float, y_mm: float, width_mm: float) -> None:
        self.page.write_size(SMALL_PT if width_mm > 30 else TINY_PT, heavy=width_mm > 30)
        self.page.set_xy(x_mm, y_mm)
        self.page.one_line(figure.title, width_mm)

    def _height_below(self, figure: Figure, width_mm: float) -> float:
        self.page.write_size(TINY_PT)
        height = 4.2 if figure.label else 0.8
        height += 3.2 if figure.badge else 0.0
        height += 5.8 if figure.scale else 0.0
        return height + (self.page.text_height(figure.caption, width_mm) if figure.caption else 0.0)

    def _below(self, figure: Figure, x_mm: float, y_mm: float, width_mm: float) -> None:
        """Print label, badge, scale and caption under a picture."""
        page, y = self.page, y_mm
        if figure.label:
            self._label(figure.label, x_mm, y, width_mm)
        y += 4.2 if figure.label else 0.8
        if figure.badge:
            page.write_size(TINY_PT, figure.badge[1])
            page.set_xy(x_mm, y)
            page.one_line(figure.badge[0], width_mm)
            y += 3.2
        if figure.scale:
            self._scale(figure.scale, x_mm, y, width_mm)
            y += 5.8
        if figure.caption:
            page.write_size(TINY_PT, GREY)
            page.set_xy(x_mm, y)
            page.text_block(figure.caption, width_mm)

    def _label(self, text: str, x_mm: float, y_mm: float, width_mm: float) -> None:
        page = self.page
        page.set_fill_color(*LABEL_FILL)
        page.rect(x_mm, y_mm, width_mm, 3.4, style="F")
        page.write_size(min(TINY_PT, width_mm / 8.2), (255, 255, 255), heavy=True)
        page.set_xy(x_mm, y_mm)
        page.cell(width_mm, 3.4, text, align="C")

    def _scale(self, scale: Scale, x_mm: float, y_mm: float, width_mm: float) -> None:
        page = self.page
        page.image(gradient(), x_mm, y_mm + 0.3, width_mm, 2.0)
        page.write_size(TINY_PT - 0.5, GREY)
        page.set_xy(x_mm, y_mm + 2.4)
        page.cell(width_mm / 4, 3, scale.low)
        page.set_xy(x_mm, y_mm + 2.4)
        page.cell(width_mm, 3, scale.high, align="R")

    @_show.register
    def _signature(self, block: SignaturePlace) -> None:
        page, width = self.page, (self.page.text_mm - 8) / 2
        self._keep_together(62)  # with the note and the end that follow
        page.ln(2)
        top = float(page.y)
        for column, (role, name) in enumerate(block.signers):
            x = MARGIN_MM + column * (width + 8)
            page.set_draw_color(*RULE)
            page.rect(x, top, width, 32)
            page.write_size(SMALL_PT, GREY)
            page.set_xy(x + 3, top + 2)
            page.one_line(role, width - 6)
            page.write_size(TEXT_PT)
            page.set_xy(x + 3, top + 6)
            page.one_line(name, width - 6)
            self._signature_line("Place, date", x + 3, top + 25, width * 0.4)
            self._signature_line("Signature", x + width * 0.45, top + 25, width * 0.55 - 3)
        page.set_xy(MARGIN_MM, top + 36)

    def _signature_line(self, words: str, x_mm: float, y_mm: float, width_mm: float) -> None:
        self.page.set_draw_color(*GREY)
        self.page.line(x_mm, y_mm, x_mm + width_mm, y_mm)
        self.page.write_size(TINY_PT, GREY)
        self.page.set_xy(x_mm, y_mm + 0.8)
        self.page.cell(width_mm, 3, words)

    @_show.register
    def _end(self, block: End) -> None:
        page = self.page
        self._keep_together(12)
        page.ln(2)
        page.rule(float(page.y), INK)
        page.ln(2)
        page.write_size(SMALL_PT, heavy=True)
        page.text_block(f"— {block.text} —", page.text_mm, align="C")

    def _keep_together(self, height_mm: float) -> None:
        """Begin a new page if so much does not fit on this one (and would on a new one)."""
        if height_mm > self.page.room and not self.page.at_top:
            self.page.add_page()

    def _least_height(self, index: int) -> float:
        """Return about how much of the block after a heading must stand under it."""
        block = self.blocks[index] if index < len(self.blocks) else None
        if isinstance(block, Gallery):
            return 34.0 if block.columns == 1 else self.page.text_mm / block.columns + 22.0
        if isinstance(block, Heading):
            return 8.0 + self._least_height(index + 1)
        return 14.0


def printed(picture: Image.Image) -> Image.Image:
    """Enlarge a small picture by a whole factor, so that its pixels stay squares on paper."""
    factor = math.ceil(PRINTED_PX / max(picture.size))
    if factor <= 1:
        return picture
    return picture.resize(
        (picture.width * factor, picture.height * factor), Image.Resampling.NEAREST
    )


def _second_section(blocks: list[Block]) -> int:
    starts = (i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.level == 1)
    next(starts)
    return next(starts)
