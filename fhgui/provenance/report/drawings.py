"""What is drawn on an exhibit's pictures: landmarks, the method's input, components, scales."""

from __future__ import annotations

import math
from itertools import cycle

import numpy as np
from PIL import Image, ImageDraw

from fhgui.alignment.adequacy import CLASSES
from fhgui.alignment.similarity import apply
from fhgui.alignment.templates import COUNTS, template
from fhgui.core.arrays import Points
from fhgui.core.dossier import Exhibit, Surroundings
from fhgui.core.errors import MethodError
from fhgui.core.face import AdequacyClass, density_words
from fhgui.core.method import Stage
from fhgui.core.record import AlignmentRecord
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.report.pictures import draw_input, enlarged, on_picture

SIZE_PX = 480
"""Longer side of a picture that is drawn on."""
OUTLINES = ((255, 159, 90), (90, 224, 180), (199, 155, 255), (255, 225, 80))
LANDMARK, TEMPLATE, COMPONENT = (0, 230, 255), (255, 64, 200), (255, 196, 0)
INK, FAINT, PAPER = (20, 20, 20), (105, 105, 105), (255, 255, 255)
BAR_PX, BAR_HEIGHT_PX = 1600, 160
LEAST, MOST = 20.0, 4000.0
"""Pixels a metre at the ends of the adequacy bar."""
ZONES = {
    AdequacyClass.BELOW: (240, 178, 160),
    AdequacyClass.PERCEIVE: (247, 220, 165),
    AdequacyClass.CHARACTERISE: (233, 232, 172),
    AdequacyClass.VALIDATE: (200, 225, 175),
    AdequacyClass.SCRUTINISE: (170, 212, 180),
}


def in_frame(exhibit: Exhibit, *, marked: bool) -> Image.Image:
    """Return the face in its frame; ``marked`` draws landmarks, input outline and a scale bar."""
    around, alignment = exhibit.context, exhibit.record.alignment
    assert around is not None
    picture = enlarged(around.pixels, SIZE_PX)
    if not marked or alignment is None:
        return picture
    draw_input(picture, around, np.array(alignment.matrix), exhibit.face.shape[:2])
    draw = ImageDraw.Draw(picture)
    if alignment.landmarks:
        _crosses(draw, on_picture(np.array(alignment.landmarks), around, picture.width))
    _scale_bar(picture, around, exhibit)
    return picture


def on_input(exhibit: Exhibit) -> Image.Image:
    """Return the method's input with the landmarks, and where the template has them."""
    picture = enlarged(exhibit.face, SIZE_PX)
    alignment = exhibit.record.alignment
    if alignment is None:
        return picture
    draw = ImageDraw.Draw(picture)
    factor = picture.width / exhibit.face.shape[1]
    wanted = _template_points(alignment, exhibit)
    if wanted is not None:
        _rings(draw, (wanted + 0.5) * factor)
    if alignment.landmarks:
        found = apply(np.array(alignment.matrix), np.array(alignment.landmarks))
        _crosses(draw, (found + 0.5) * factor)
    return picture


def components(exhibit: Exhibit) -> Image.Image:
    """Return the result with the components that the method treats by themselves."""
    picture = enlarged(exhibit.result.pixels, SIZE_PX)
    draw, font = ImageDraw.Draw(picture), picture_font(26, heavy=True)
    factor = picture.width / exhibit.result.pixels.shape[1]
    for region in exhibit.regions:
        left, top = region.left * factor, region.top * factor
        right, bottom = region.right * factor - 1, region.bottom * factor - 1
        if left < right and top < bottom:
            draw.rectangle((left, top, right, bottom), outline=COMPONENT, width=3)
        at = (left + 5, top + 3)
        draw.text(at, region.name[:20], COMPONENT, font, stroke_width=2, stroke_fill=INK)
    return picture


def outlined(stage: Stage) -> Image.Image:
    """Return a stage with the outlines of what its method looked at, each in a colour."""
    picture = enlarged(stage.pixels, SIZE_PX)
    draw = ImageDraw.Draw(picture)
    factor = picture.width / stage.pixels.shape[1]
    for outline, shade in zip(stage.outlines, cycle(OUTLINES), strict=False):
        places = [(x, y) for x, y in ((outline.points + 0.5) * factor).tolist()]
        draw.line([*places, places[0]] if outline.closed else places, fill=shade, width=3)
    return picture


def adequacy_bar(density_px_per_m: float) -> Image.Image:
    """Return the classes of IEC 62676-4 on a logarithmic scale, the face's density marked."""
    bar = Image.new("RGB", (BAR_PX, BAR_HEIGHT_PX), PAPER)
    draw, font = ImageDraw.Draw(bar), picture_font(27)
    edges = [LEAST, *(least for least, _ in reversed(CLASSES)), MOST]
    names = (AdequacyClass.BELOW, *(reached for _, reached in reversed(CLASSES)))
    for name, low, high in zip(names, edges, edges[1:], strict=False):
        left, right = _bar_x(low), _bar_x(high)
        draw.rectangle((left, 50, right, 106), fill=ZONES[name], outline=PAPER)
        draw.text(((left + right) / 2, 78), name.value, INK, font, anchor="mm")
    for edge in edges[1:-1]:
        draw.line((_bar_x(edge), 106, _bar_x(edge), 118), fill=FAINT, width=2)
        draw.text((_bar_x(edge), 138), f"{edge:.0f}", FAINT, font, anchor="mm")
    draw.text((BAR_PX - 2, 138), "pixels a metre", FAINT, font, anchor="rm")
    _marker(draw, density_px_per_m)
    return bar


def _marker(draw: ImageDraw.ImageDraw, density: float) -> None:
    x, font = _bar_x(density), picture_font(27, heavy=True)
    words = f"this face: {density_words(density)}"
    draw.polygon([(x - 11, 34), (x + 11, 34), (x, 50)], fill=INK)
    draw.line((x, 48, x, 106), fill=INK, width=3)
    half = font.getlength(words) / 2
    draw.text((min(max(x, half), BAR_PX - half), 16), words, INK, font, anchor="mm")


def _bar_x(density: float) -> float:
    inside = min(max(density, LEAST), MOST)
    return float(np.log(inside / LEAST) / np.log(MOST / LEAST) * (BAR_PX - 1))


def _template_points(alignment: AlignmentRecord, exhibit: Exhibit) -> Points | None:
    """Return the template's landmarks on the input grid, as many as the face has."""
    if not alignment.landmarks or len(alignment.landmarks) not in COUNTS:
        return None
    try:
        grid = template(alignment.template)
    except MethodError:  # of another version: the picture does without
        return None
    scale = grid.size_hw[0] / exhibit.face.shape[0]
    points: Points = (grid.reduced(len(alignment.landmarks)) + 0.5) / scale - 0.5
    return points


def _crosses(draw: ImageDraw.ImageDraw, points: Points) -> None:
    arm = 6 if len(points) <= 5 else 4
    for x, y in points.tolist():
        draw.line((x - arm, y, x + arm, y), fill=LANDMARK, width=2)
        draw.line((x, y - arm, x, y + arm), fill=LANDMARK, width=2)


def _rings(draw: ImageDraw.ImageDraw, points: Points) -> None:
    radius = 8 if len(points) <= 5 else 5
    for x, y in points.tolist():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=TEMPLATE, width=2)


def _scale_bar(picture: Image.Image, around: Surroundings, exhibit: Exhibit) -> None:
    """Draw a bar of a round number of frame pixels into the lower left corner."""
    factor = picture.width / (around.pixels.shape[1] * around.reduced_by)
    length = _round_length(picture.width / 4 / factor)
    adequacy = exhibit.record.adequacy
    words = f"{length} px"
    measured = adequacy is not None and adequacy.interocular_px is not None
    if adequacy is not None and measured and adequacy.density_px_per_m > 0:
        words += f" ≈ {100 * length / adequacy.density_px_per_m:.0f} cm"
    draw, font = ImageDraw.Draw(picture), picture_font(24, heavy=True)
    x, y, bar = 12, picture.height - 14, length * factor
    draw.rectangle((0, y - 40, max(bar, font.getlength(words)) + 24, picture.height), fill=INK)
    draw.rectangle((x, y - 3, x + bar, y + 2), fill=PAPER)
    draw.text((x, y - 22), words, PAPER, font, anchor="lm")


def _round_length(about: float) -> int:
    """Return the largest of 1, 2, 5, 10, … that is not more than ``about``, at least 1."""
    if about < 1:
        return 1
    decade = 10 ** math.floor(math.log10(about))
    return int(max(step * decade for step in (1, 2, 5) if step * decade <= about))
