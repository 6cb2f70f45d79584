"""Runs on several frames: what is shown of the fusion, and what the record says in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fhgui.alignment.fusing import Fused
from fhgui.core.errors import InputError
from fhgui.core.face import FaceImage
from fhgui.core.frame import Frame
from fhgui.core.fusion import FusionRecord
from fhgui.core.method import Origin, Reading, Stage
from fhgui.evidence.source import Source
from fhgui.imaging.colour import to_uint8
from fhgui.provenance.request import EnhanceRequest

SINGLE = "single"
"""Folder of the run on the marked frame alone, beside the one on several."""


def input_origin(fusion: FusionRecord | None) -> Origin:
    """Return where the pixels of a method's input come from: of several frames, they are computed.

    Parameters
    ----------
    fusion : of the run; None for one on a single frame.
    """
    return Origin.MEASURED if fusion is None else Origin.INTERPOLATED


def check_film(source: Source) -> None:
    """Refuse a still picture, which has no other frames.

    Raises
    ------
    InputError
        If it is one.
    """
    if source.info.kind == "image":
        raise InputError(
            "a still picture has no other frames to fuse", path=source.path, hint="use it alone"
        )


def alone(request: EnhanceRequest) -> EnhanceRequest:
    """Return the same request on the marked frame alone."""
    return replace(request, fuse=None)


def fusion_stages(fused: Fused, frame: Frame, single: FaceImage) -> tuple[Stage, ...]:
    """Return what is shown of a fusion: the frame alone, all frames together, what tells where.

    Parameters
    ----------
    single : the method's input out of the marked frame alone.
    """
    record, support = fused.record, fused.support
    used, measured = len(record.used), Origin.MEASURED
    span = f"{record.frames[0].index}–{record.frames[-1].index}"
    readings = (
        Reading("frames_used", used, "", "Frames used"),
        Reading("frames_seen", len(record.frames), "", "of"),
        Reading("noise_sigma", round(record.sigma, 2), "", "Noise of one frame: σ"),
        Reading("grid", record.grid, "", "Pixels of the result in one of the frame, each side"),
    )
    counted = (
        Reading("support_least", round(float(support.min()), 1), "", "Frames at least"),
        Reading("support_median", round(float(np.median(support)), 1), "", "in the median"),
    )
    grey = to_uint8(255 * support / used)[..., None].repeat(3, axis=2)
    return (
        Stage("single-frame", f"Frame {frame.index} alone", single.pixels, measured),
        Stage("fused", f"Frames {span} fused", fused.pixels, input_origin(record), readings),
        Stage("support", f"Support: white is {used} frames", grey, measured, counted),
    )


def fusion_words(record: FusionRecord) -> str:
    """Return the sentence for the record: how many frames, and which were left out."""
    left_out = [frame for frame in record.frames if frame.why_not]
    words = (
        f"the input was fused from {len(record.used)} of the {len(record.frames)} frames "
        f"{record.frames[0].index}–{record.frames[-1].index}; it shows no single moment"
    )
    if left_out:
        named = "; ".join(f"{frame.index}: {frame.why_not}" for frame in left_out)
        words += f". Left out: {named}"
    return words
