"""Curves, sheet and page: well-formed, self-contained, and true to the scores."""

import io
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from fhgui.evaluation.curves import curves_svg, nice_ticks
from fhgui.evaluation.events import ImageScored
from fhgui.evaluation.pictures import Pair
from fhgui.evaluation.protocols import protocol
from fhgui.evaluation.published import published
from fhgui.evaluation.report import Report, report_html
from fhgui.evaluation.rows import PictureScores, Row
from fhgui.evaluation.sheet import CELL_PX, FACES, MOST_COLUMNS, sheet_png, shown_names
from tests.unit.evaluation.conftest import smooth

X8 = protocol("celeba128-x8")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("span", [(0.1, 0.9), (20.3, 27.9), (0.71, 0.7101), (5.0, 5.0)])
def test_ticks_are_few_and_reach_around(span: tuple[float, float]) -> None:
    ticks = nice_ticks(*span)
    assert ticks[0] <= span[0] + 1e-9
    assert ticks[-1] >= span[1] - 1e-9
    assert len(ticks) <= 8


def test_a_curve_falls_from_all_to_none() -> None:
    svg = ElementTree.fromstring(curves_svg("PSNR", "dB", {"a<b": [20.0, 22.0], "empty": []}))
    (line,) = svg.findall(f"{SVG}polyline")
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]
    texts = [text.text for text in svg.findall(f"{SVG}text")]
    assert "a<b" in texts
    assert "empty" not in texts
    assert curves_svg("PSNR", "dB", {"empty": []}) == ""


def test_many_curves_can_be_told_apart() -> None:
    svg = curves_svg("PSNR", "dB", {f"row-{i}": [float(i), i + 1.0] for i in range(25)})
    lines = ElementTree.fromstring(svg).findall(f"{SVG}polyline")
    looks = {(line.attrib["stroke"], line.attrib["stroke-dasharray"]) for line in lines}
    assert len(looks) == 25


def test_faces_of_the_sheet_are_spread() -> None:
    assert shown_names([]) == ()
    assert shown_names(["a"]) == ("a",)
    assert len(shown_names([str(i) for i in range(130)])) == FACES


def test_a_sheet_of_other_sizes_and_with_a_missing_result() -> None:
    pairs = [Pair(name, smooth(0, (120, 100)), smooth(1, (30, 25))) for name in "ab"]
    results = {f"row-{i}": {"a": smooth(2, (120, 100))} for i in range(MOST_COLUMNS + 3)}
    sheet = np.asarray(Image.open(io.BytesIO(sheet_png("title", pairs, results))))
    assert sheet.shape[1] > (MOST_COLUMNS + 2) * CELL_PX
    assert sheet.shape[0] > 2 * CELL_PX


def a_report(rows: list[Row]) -> str:
    scores = PictureScores(psnr_rgb=23.0, ssim=0.6, fsim=0.7)
    images = [ImageScored("bicubic", "000", 1, 1, scores, smooth(0))]
    sheet = sheet_png("t", [], {})
    others = published(X8)[:2]
    facts = {"environment": {"python": "<3.11>"}}
    return report_html(Report(X8, "A <study>", 1, rows, others, images, ["a note"], sheet, facts))


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    page = a_report(
        [
            Row("bicubic", "bicubic", "measured", 1, psnr_rgb=23.0, lpips=0.4),
            Row("srcnn", "srcnn", "measured", 1, psnr_rgb=24.0, lpips=0.5),
            Row("x", "x", "reference", 1, psnr_rgb=25.0),
        ]
    )
    parser = _Checker()
    parser.feed(page)
    assert parser.open == []
    assert not parser.outside
    assert "A &lt;study&gt;" in page
    assert "&lt;3.11&gt;" in page
    assert "celeba128-x8" in page
    assert page.count("class=best>24.000") == 1  # not the released pictures' 25
    assert "class=best>.4000" in page  # the lower LPIPS is the better
    assert "a note" in page
    assert "Published, on other pictures" in page


class _Checker(HTMLParser):
    """Keeps the tags that are open, and whatever the page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and not (value or "").startswith("data:"):
                self.outside.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass
