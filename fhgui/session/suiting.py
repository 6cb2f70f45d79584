"""Whether a method suits the marked face: in two words for its card, and in full."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fhgui.alignment.similarity import scale_of
from fhgui.core.face import AdequacyClass, PlacedBy
from fhgui.core.method import MethodInfo
from fhgui.core.wear import ToldWear, not_modelled
from fhgui.methods import registry
from fhgui.session import placement
from fhgui.session.marking import Marking
from fhgui.session.models import missing_assets

STRETCH = 1.6
"""How many times larger or smaller than a method's input a face may be and still suit."""


OFF = 0.05
"""Residual of the points, as a share of the input's width, above which they doubtfully fit: 0.8
pixels of 16."""


STRAIGHTENS = "It straightens the face itself: a crop suffices."
CROP_ONLY = (
    "The crop alone is taken to be upright: set points for a truer fit, or have it put upright "
    "without them (Ctrl+U)."
)


class Fit(StrEnum):
    """How well a crop suits a method."""

    UNKNOWN = "unknown"
    GOOD = "good"
    DOUBTFUL = "doubtful"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Verdict:
    """Whether a method suits a face.

    Parameters
    ----------
    brief : two or three words.
    reasons : whole sentences, the weightiest first; empty if there is nothing to say.
    """

    fit: Fit
    brief: str
    reasons: tuple[str, ...] = ()


def verdict(
    marking: Marking,
    info: MethodInfo,
    worn: ToldWear | None = None,
    missing: tuple[str, ...] | None = None,
) -> Verdict:
    """Hold the marked face against the input that a method wants.

    Parameters
    ----------
    worn : what is told of the wear of the frame, once somebody has asked for it.
    missing : files of the method that are not installed; None to look for them.
    """
    missing = missing_assets(info) if missing is None else missing
    if missing:
        told = f"Its file {missing[0]} is not installed: see the model manager (Ctrl+M)."
        return Verdict(Fit.IMPOSSIBLE, "not installed", (told,))
    if marking.aligned:
        return Verdict(Fit.GOOD, "frame as it is", ("The frame is used as it is.",))
    alignment = placement.alignment_of(marking, info)
    if alignment is None:
        return Verdict(Fit.UNKNOWN, "no crop yet", ("Mark a face to see whether it suits.",))
    shrink = scale_of(alignment.matrix)
    sized = _by_size(shrink)
    more = (*_further(marking, info), *_on_wear(worn, info))
    off_px = alignment.rms_px * shrink
    if off_px > OFF * info.input_hw[1]:
        told = (
            f"The points lie {alignment.rms_px:.1f} px off the template: the face is turned, or "
            "a point is."
        )
        return Verdict(Fit.DOUBTFUL, "points off template", (told, *sized.reasons, *more))
    if sized.fit is Fit.GOOD and marking.points is None and not _straightens(info):
        return Verdict(Fit.DOUBTFUL, "points wanted", (*more, *sized.reasons))
    return Verdict(sized.fit, sized.brief, (*sized.reasons, *more))


def wanted(info: MethodInfo) -> str:
    """Return what input a method wants, e.g. ``an aligned face, 16×16 px (celeba128)``."""
    h, w = info.input_hw
    other = ", or a picture of any size" if info.any_size else ""
    kind = "a crop around a face, turned or not," if _straightens(info) else "an aligned face"
    return f"{kind} of {w}×{h} px ({info.template}){other}; assumes {info.degradation}"


def _on_wear(worn: ToldWear | None, info: MethodInfo) -> list[str]:
    """Say what the frame has and the method does not reckon with; a hint, never a verdict."""
    left = "" if worn is None else not_modelled(worn.found, info.models)
    others = [m for m in registry.method_ids() if registry.info(m).models] if left else []
    better = f"; {' and '.join(others)} was made for noise and compression" if others else ""
    return [f"The frame seems to have {left}, which it takes for detail{better}."] if left else []


def _straightens(info: MethodInfo) -> bool:
    return info.id in registry.PACKAGES and registry.takes_turned_faces(info.id)


def _by_size(shrink: float) -> Verdict:
    """Judge how many pixels of the frame one pixel of the input comes from."""
    if shrink < 1 / STRETCH:
        told = f"It keeps {shrink:.0%} of the face's pixels a side: a method for larger faces "
        return Verdict(Fit.DOUBTFUL, f"keeps {shrink:.0%} a side", (told + "would keep more.",))
    if shrink > STRETCH:
        told = (
            f"The face has {1 / shrink:.0%} of the pixels a side that it was made for: what it "
            "takes for pixels of the camera lies between them."
        )
        return Verdict(Fit.DOUBTFUL, f"enlarged ×{shrink:.1f}", (told,))
    return Verdict(Fit.GOOD, "suits this crop", ("The face is as large as its input.",))


def _further(marking: Marking, info: MethodInfo) -> list[str]:
    told: list[str] = []
    if marking.points is None:
        told.append(STRAIGHTENS if _straightens(info) else CROP_ONLY)
    if marking.placed_by is PlacedBy.NETWORK:
        told.append("A network put the face upright and nobody saw points: look whether it is.")
    adequacy = placement.adequacy_of(marking, info)
    if adequacy is not None and adequacy.adequacy is AdequacyClass.BELOW:
        told.append("The face is below the class Perceive: a reason will be asked for.")
    return told
