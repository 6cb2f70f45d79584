"""The doubts that need more runs: the same face placed a pixel otherwise, and other seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fhgui.alignment.fusing import Fused
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.doubt import Repeats
from fhgui.core.errors import CancelledError, FhguiError
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.core.frame import Frame
from fhgui.evaluation.jitter import jittered, laid_back
from fhgui.evaluation.spread import spread
from fhgui.imaging.colour import to_float
from fhgui.methods import registry
from fhgui.provenance.enhance import repeat
from fhgui.provenance.request import EnhanceRequest

OTHER_SEEDS = 2
"""Further seeds that a result is computed with."""

LAID_BACK = "each result laid back by cubic convolution"

Checkpoint = Callable[[], None]
"""Called between stages and runs; may raise to stop."""

Again = Callable[[EnhanceRequest, FaceAlignment], Pixels]
"""Returns the result of a request with a placement."""


def repeats(
    request: EnhanceRequest,
    frame: Frame,
    placed: FaceAlignment,
    result: Pixels,
    checkpoint: Checkpoint,
    fused: Fused | None = None,
) -> Repeats:
    """Repeat a run with moved landmarks and other seeds.

    Parameters
    ----------
    request : the run; its source is not opened.
    frame : the frame it was made from.
    placed : its placement.
    result : H×W×3 uint8, what came of it.
    checkpoint : see `Checkpoint`.
    fused : what the input was cut from instead of the frame, if several frames were fused.
    """

    def again(other: EnhanceRequest, place: FaceAlignment) -> Pixels:
        return repeat(other, frame, place, checkpoint, fused)

    try:
        jitter, told = _jitter(request, placed, result, again)
        seeds, seeds_told = _seeds(request, placed, result, again)
    except CancelledError:
        raise
    except FhguiError as error:
        return Repeats(None, None, (f"{request.method} could not be run again: {error.what}",))
    return Repeats(jitter, seeds, (told, seeds_told))


def _jitter(
    request: EnhanceRequest, placed: FaceAlignment, result: Pixels, again: Again
) -> tuple[Floats | None, str]:
    if placed.placed_by is PlacedBy.ALIGNED:
        return None, "landmark jitter: the file already was the method's input, nobody placed it"
    scale = registry.info(request.method).scale
    straightens = registry.takes_turned_faces(request.method)
    results: list[Floats] = [to_float(result)]
    for moved in jittered(placed):
        pixels = again(request, moved)
        back = to_float(pixels) if straightens else laid_back(pixels, moved, placed, scale)
        results.append(back)
    how = "compared as the method put them upright" if straightens else LAID_BACK
    return spread(results), (
        f"landmark jitter: {request.method}, {len(results) - 1} placements with the landmarks up "
        f"to 1 px of the frame away (shifted, turned, scaled), {how}"
    )


def _seeds(
    request: EnhanceRequest, placed: FaceAlignment, result: Pixels, again: Again
) -> tuple[Floats, str]:
    others = [replace(request, seed=request.seed + n) for n in range(1, OTHER_SEEDS + 1)]
    found = spread([result, *(again(other, placed) for other in others)])
    drawn = "seeds: " + ", ".join(str(other.seed) for other in (request, *others))
    if found.max() == 0:
        return found, f"{drawn}; {request.method} draws no random numbers, or none that matter"
    return found, f"{drawn}; {request.method}, up to {found.max():.1f} grey levels apart"
