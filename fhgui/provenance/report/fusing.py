"""What is told of the frames that a face was made of."""

from __future__ import annotations

from collections.abc import Iterator

from fhgui.core.fusion import FusedFrame, FusionRecord
from fhgui.core.record import Record
from fhgui.core.text import visible
from fhgui.provenance.report.blocks import Block, Grid, Heading, Paragraph, Tone

LIMITS = (
    "Each matrix carries the marked frame's coordinates (column, row, 1) to those of the frame; "
    "brightness is gain and offset, off the others a root mean square in grey levels. "
    "The fused input is computed and shows no single moment. Nothing in it was learned from other "
    "faces; what moves otherwise than the face (background, mouth, hands) is blurred or left out "
    "of it, which the stage “support” shows: how many frames tell of each pixel. The frame alone "
    "is the stage beside it."
)
COLUMNS = ("Frame", "Time stamp", "Used", "Matrix", "Brightness", "Off the others")
SHARES = (7.0, 10.0, 27.0, 30.0, 15.0, 11.0)


def fusion(record: Record) -> Iterator[Block]:
    """Yield the frames of a run on several, with how each was laid; nothing of a run on one."""
    fused = record.fusion
    if fused is None or record.frame is None:
        return
    yield Heading("Frames laid over each other", 3)
    yield Grid(COLUMNS, tuple(_row(frame, record.frame.index) for frame in fused.frames), SHARES)
    yield Paragraph(LIMITS, Tone.NOTE)


def fused_text(fused: FusionRecord) -> str:
    """Return the step of fusing in one clause."""
    x, y, w, h = fused.box
    return (
        f"{len(fused.used)} of {len(fused.frames)} frames explained by one picture (robust least "
        f"squares, noise σ {fused.sigma:.2f}) on a grid {fused.grid}× as fine as the frame's, of "
        f"column {x}, row {y}, {w}×{h} px"
    )


def _row(frame: FusedFrame, marked: int) -> tuple[str, ...]:
    stamp = "none" if frame.pts is None else str(frame.pts)
    if frame.index == marked:
        return str(frame.index), stamp, "yes: the marked frame", "", "", f"{frame.residual:.1f}"
    used = "yes" if not frame.why_not else f"no: {visible(frame.why_not, 120)}"
    matrix = "; ".join(" ".join(f"{value:.6g}" for value in row) for row in frame.matrix)
    off = f"{frame.residual:.1f}"
    return str(frame.index), stamp, used, matrix, f"× {frame.gain:.3f}, {frame.offset:+.1f}", off
