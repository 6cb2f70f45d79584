"""How results are looked at: nothing here changes a pixel or a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from fhgui.core.annotation import AnnotationKind
from fhgui.imaging.adjusting import Adjustment


class CompareMode(StrEnum):
    """How several pictures share the comparison view."""

    GRID = "grid"
    WIPE = "wipe"
    BLINK = "blink"
    DIFFERENCE = "difference"
    STAGES = "stages"


class DoubtMap(StrEnum):
    """Which map of doubt is shown beside the results."""

    NONE = "none"
    INVENTED = "invented"
    FIXED = "fixed"
    EXPECTED = "expected"
    REDEGRADED = "redegraded"
    METHODS = "methods"
    JITTER = "jitter"
    SEEDS = "seeds"


class Tray(StrEnum):
    """What lies below the pictures of the comparison."""

    STAGES = "stages"
    PROFILE = "profile"
    MARKS = "marks"
    REFERENCE = "reference"
    EXEMPLARS = "exemplars"


class ExemplarMap(StrEnum):
    """What lies over a result while its exemplars are looked at."""

    NONE = "none"
    LEADING = "leading"
    COUNT = "count"
    CHOSEN = "chosen"


Line: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""Two places as shares of a picture's width and height."""


class Step(StrEnum):
    """The left-to-right workflow."""

    OPEN = "Open"
    FRAME = "Frame"
    CROP = "Crop"
    ALIGN = "Align"
    ENHANCE = "Enhance"
    COMPARE = "Compare"
    EXPORT = "Export"


@dataclass(frozen=True)
class ViewState:
    """Everything about looking.

    Parameters
    ----------
    step : the step of the workflow that is open.
    mode : arrangement of the comparison.
    linked : whether zoom and pan are shared by all viewers.
    gain : factor of the difference picture, 1–32.
    wipe : position of the wipe edge, 0 (all B) to 1 (all A).
    left, right : which pictures (0 = the input) are A and B of wipe and difference.
    doubt : map of doubt shown.
    over : whether it lies over the results instead of beside them; opacity : of the brightest
        doubt, 0–1.
    tray : what lies below the pictures.
    profile : where grey levels are read along a line in every picture; None before one is drawn.
    drawing : the annotation that the mouse draws; None while it pans.
    mark : place of the annotation that is chosen; None without one.
    whole_film : whether playing goes through the stages of every result.
    place : pixel of the selected result whose exemplars are looked at; None before one is chosen.
    exemplars : map over the result of where they are; exemplar : the one that is chosen.
    outlines : whether what a method looked at is drawn over its stages.
    """

    step: Step = Step.OPEN
    mode: CompareMode = CompareMode.GRID
    linked: bool = True
    gain: int = 4
    wipe: float = 0.5
    left: int = 0
    right: int = 1
    doubt: DoubtMap = DoubtMap.INVENTED
    adjustment: Adjustment = field(default_factory=Adjustment)
    magnifier: bool = False
    over: bool = False
    opacity: float = 0.7
    tray: Tray = Tray.STAGES
    profile: Line | None = None
    drawing: AnnotationKind | None = None
    mark: int | None = None
    whole_film: bool = True
    outlines: bool = True
    place: tuple[int, int] | None = None
    exemplars: ExemplarMap = ExemplarMap.NONE
    exemplar: int | None = None
