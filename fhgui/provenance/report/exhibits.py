"""Section 4: every completed run with its pictures, doubts, alignment, adequacy and steps.

Numbers in brackets are the requirements of design/forensics.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from fhgui.alignment.similarity import scale_of
from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.dossier import Dossier, Exhibit
from fhgui.core.doubt import INTERVAL, LEGENDS, Agreement, DoubtKind, Redegradation
from fhgui.core.face import AdequacyClass, PlacedBy
from fhgui.core.method import Origin, Stage
from fhgui.core.record import AlignmentRecord, Record
from fhgui.core.text import visible
from fhgui.imaging.colour import to_float, to_uint8
from fhgui.imaging.resize import imresize
from fhgui.provenance.fusing import input_origin
from fhgui.provenance.report.adequacy import adequacy, class_text, size_text
from fhgui.provenance.report.annotations import annotated
from fhgui.provenance.report.blocks import (
    Block,
    Facts,
    Figure,
    Gallery,
    Grid,
    Heading,
    Paragraph,
    Scale,
    Tone,
)
from fhgui.provenance.report.drawings import (
    components,
    in_frame,
    on_input,
    outlined,
)
from fhgui.provenance.report.fusing import fused_text, fusion
from fhgui.provenance.report.pictures import DOUBT_PEAK, EXPECTED_PEAK, colour_map
from fhgui.provenance.report.sheet import BADGES
from fhgui.provenance.report.wear import wear
from fhgui.provenance.report.words import (
    LABEL,
    computed_on,
    frame_text,
    method_and_source,
    name_of,
    number,
    setting,
)
from fhgui.provenance.request import NOT_FOLLOWED

PLACED = {
    "analyst": "by the analyst, by hand",
    "auto": "automatically",
    "snapped": "by the landmark model, near points that the analyst set by hand",
    "tracked": "by optical flow, from points in another frame (see the warnings)",
    "network": "by the network STN0, in a box that the analyst drew; without landmarks",
    "box": "by a box that the analyst drew",
    "aligned": "not at all: the file already is the method's input",
}
INVENTED = (
    "Evidence or invention. The map shows the part of the result that the input does not fix "
    "under the assumed degradation, as grey levels at each pixel: what is left of the result when "
    "the smoothest picture is taken away that, degraded, is the same. What it "
    "promises: if the degradation is as assumed, everything but this part follows from the input. "
    "What it does not promise: that the bright parts are wrong, or that the dark parts are right "
    "if the camera, its compression or its noise degraded the face in another way. The share of "
    "energy that is fixed is high for nearly every result, because coarse light and shade have "
    "nearly all the energy of a picture; what tells one person from another is fine and has "
    "little. The share is no degree of certainty."
)
SCORE = (
    "a detector's margin or, where only the network for small faces found it, a probability: how "
    "much like a face, not how exact the points are"
)
REDEGRADED = (
    "Degraded again. The result is made small again by the assumed degradation and compared with "
    "the input. Agreement is necessary, not sufficient: very many different faces agree equally "
    "well, and the map cannot tell them apart."
)
EXPECTED = f"{LEGENDS[DoubtKind.EXPECTED].shows} {LEGENDS[DoubtKind.EXPECTED].promises_not}"
LEGEND = (
    "Invented: bright where the result is not fixed by the input; dark does not mean right. "
    "Degraded again: bright where the result contradicts the input; dark does not mean right "
    "either. Both hold only if the input came about by the assumed degradation, here “{}”. What "
    "the maps promise and what not stands at the beginning of this section."
)
BORROWED = (
    "This result takes detail from pictures of other people, from the gallery {}. What looks like "
    "a mark of this person – a mole, a scar, a wrinkle, glasses – may be theirs."
)
TRACED = "The command `fhgui gallery trace` shows for any place of it whose picture it is from."
FITTED = (
    "The last stage moved the method's result to the nearest picture that, degraded again, is the "
    "input. What the input does not fix was left as the method made it. The stage makes the result "
    "fit the evidence under the assumed degradation; it cannot tell whether that is the right one."
)


def exhibits(dossier: Dossier) -> Iterator[Block]:
    """Yield an overview and then every exhibit."""
    yield Heading("Results", 1)
    if not dossier.exhibits:
        yield Paragraph(
            "No run was completed; section 7 lists those that failed or were cancelled."
        )
        return
    yield Grid(
        ("No.", "Method", "File", "Frame", "Face", "Class", "Fixed", "Agreement"),
        tuple(_overview(exhibit) for exhibit in dossier.exhibits),
        (5, 15, 34, 8, 9, 16, 8, 11),
    )
    yield Paragraph(
        "Face: its width in pixels of the frame. Class: of IEC 62676-4. Fixed: share of the "
        "result's energy that the input fixes under the assumed degradation. Agreement: of the "
        "result, degraded again, with the input.",
        Tone.NOTE,
    )
    yield Heading("How to read the maps of doubt", 3)
    yield Paragraph(INVENTED)
    yield Paragraph(REDEGRADED)
    if any(exhibit.doubt.expected is not None for exhibit in dossier.exhibits):
        yield Paragraph(f"Expected error. {EXPECTED}")
    for exhibit in dossier.exhibits:
        yield from _exhibit(exhibit)


def _overview(exhibit: Exhibit) -> tuple[str, ...]:
    record, held = exhibit.record, exhibit.record.adequacy
    return (
        str(exhibit.number),
        record.method,
        name_of(record.evidence, 60),
        str(record.frame.index) if record.frame else "?",
        size_text(record),
        "unknown" if held is None else class_text(held),
        exhibit.doubt.fixed_words,
        number(exhibit.doubt.redegradation_db, 1, "dB"),
    )


def _exhibit(exhibit: Exhibit) -> Iterator[Block]:
    record = exhibit.record
    heading = f"Exhibit {exhibit.number}: {method_and_source(record)}"
    yield Heading(heading, 2, new_page=True)
    yield from _warnings(record)
    yield from adequacy(record)
    yield from wear(exhibit)
    yield from _equal_scale(exhibit)
    yield from annotated(exhibit)
    yield from _stages(exhibit)
    yield from _doubt(exhibit)
    yield from _alignment(exhibit)
    yield from fusion(record)
    yield from _steps(exhibit)


def _warnings(record: Record) -> Iterator[Block]:
    """Yield the record's warnings, and why the examiner went on below the least class."""
    for warning in record.warnings:
        yield Paragraph(f"Warning: {visible(warning, 1000)}", Tone.WARNING)
    if record.override_reason:
        reason = visible(record.override_reason, 2000)
        yield Paragraph(f"The examiner went on for this reason: “{reason}”", Tone.WARNING)
    elif record.adequacy and record.adequacy.adequacy == AdequacyClass.BELOW.value:
        yield Paragraph("No reason was given for going on.", Tone.WARNING)


def _equal_scale(exhibit: Exhibit) -> Iterator[Block]:
    """Yield input, plain bicubic and result side by side (requirement 7)."""
    plain = Stage("bicubic", "Plain bicubic", _plain(exhibit), Origin.INTERPOLATED)
    given, marked = _input(exhibit)
    yield Heading("Input, plain bicubic and result at equal scale", 3)
    yield Gallery(
        (
            _figure(given, "Input, every pixel a square", label=marked),
            _figure(plain, "Plain bicubic: nothing added", label=LABEL),
            _figure(exhibit.result, f"Result of {exhibit.record.method}", label=LABEL),
        ),
        3,
    )


def _input(exhibit: Exhibit) -> tuple[Stage, str]:
    """Return the input, and its label if it was computed from several frames."""
    fusion = exhibit.record.fusion
    stage = Stage("input", "Input", exhibit.face, input_origin(fusion))
    return stage, "" if fusion is None else LABEL


def _stages(exhibit: Exhibit) -> Iterator[Block]:
    yield Heading("Every stage of the method", 3)
    figures = (_small(stage, index) for index, stage in enumerate(exhibit.stages))
    yield Gallery(tuple(figures), 7)
    looked_at = tuple(_looked_at(stage) for stage in exhibit.stages if stage.outlines)
    if looked_at:
        yield Gallery(looked_at, 4)
    measured = tuple(
        (visible(stage.title, 60), visible("; ".join(r.words for r in stage.readings), 500))
        for stage in exhibit.stages
        if stage.readings
    )
    if measured:
        yield Paragraph("What the method measured in its stages:")
        yield Facts(measured)


def _looked_at(stage: Stage) -> Figure:
    """Return a stage with the outlines of what the method looked at, which its pixels lack."""
    names = "; ".join(visible(outline.title, 60) for outline in stage.outlines)
    title = f"{visible(stage.title, 40)}, outlined"
    return Figure(title, lambda: outlined(stage), f"Drawn over it: {names}")


def _doubt(exhibit: Exhibit) -> Iterator[Block]:
    doubt = exhibit.doubt
    given, marked = _input(exhibit)
    yield Heading("Doubt", 3)
    fixed = f"{doubt.fixed_words} of the result's energy is fixed by the input"
    agreement = f"Agreement {number(doubt.redegradation_db, 1, 'dB')}"
    yield Gallery(
        (
            _figure(given, "Input", label=marked),
            _figure(exhibit.result, "Result", label=LABEL),
            map_figure("Invented", doubt.invented, fixed),
            map_figure("Degraded again", doubt.redegraded, agreement),
        ),
        4,
    )
    yield Paragraph(LEGEND.format(visible(exhibit.record.degradation, 60)), Tone.NOTE)
    yield from _enlarged(exhibit.record)
    if doubt.note:
        yield Paragraph(visible(doubt.note, 500), Tone.NOTE)
    yield from _borrowed(exhibit)
    yield from _agreement(doubt.agreement)
    yield from _expected(exhibit)


def _enlarged(record: Record) -> Iterator[Block]:
    """Yield a warning if the maps take for evidence what was interpolated or computed."""
    if record.alignment is None or record.alignment.placed_by == PlacedBy.ALIGNED:
        return
    held = "the frame" if record.fusion is None else "the fused picture"
    times = _enlargement(record)
    if times > 1:
        yield Paragraph(
            f"The face was enlarged {times:.2f} times when it was cut: its pixels were "
            f"interpolated between those of {held}. The maps take each of them for evidence, and "
            f"so promise more than {held} holds.",
            Tone.WARNING,
        )
    if record.fusion is not None:
        yield Paragraph(
            f"The input was computed from {len(record.fusion.used)} frames. The maps take each of "
            "its pixels for evidence; what the fusion got wrong they do not show.",
            Tone.WARNING,
        )


def _borrowed(exhibit: Exhibit) -> Iterator[Block]:
    """Yield a warning if other people's pictures are part of the result."""
    if exhibit.record.gallery:
        names = ", ".join(visible(file.name, 60) for file in exhibit.record.gallery)
        traced = f" {TRACED}" if exhibit.info.tells_sources else ""
        yield Paragraph(f"{BORROWED.format(names)}{traced}", Tone.WARNING)


def _agreement(agreement: Agreement | None) -> Iterator[Block]:
    """Yield how far the result is from the evidence, with and without the last stage."""
    if agreement is None:
        return
    rows = [("Result degraded again, against the input", _gap(agreement.after))]
    if agreement.before is not None:
        rows.append(("The same before the last stage", _gap(agreement.before)))
    yield Facts(tuple(rows))
    if agreement.before is not None:
        yield Paragraph(FITTED, Tone.NOTE)


def _gap(gap: Redegradation) -> str:
    return f"off by {gap.mean:.2f} grey levels on average, {gap.largest:.1f} at most"


def _expected(exhibit: Exhibit) -> Iterator[Block]:
    """Yield how far the method itself expects to be off, or that it does not say."""
    values, method = exhibit.doubt.expected, exhibit.record.method
    if values is None:
        why = visible(exhibit.doubt.expected_note, 300)
        yield Paragraph(f"Expected error: no map; {why}.", Tone.NOTE)
        return
    middle, high = np.percentile(values, (50, 95))
    yield Gallery(
        (
            _figure(exhibit.result, f"Result of {method}", label=LABEL),
            map_figure(
                "Expected error",
                values,
                f"{INTERVAL:.0%} interval: ± {middle:.1f} grey levels at the median pixel, "
                f"± {high:.1f} at the worst twentieth",
                EXPECTED_PEAK,
            ),
        ),
        4,
    )


def map_figure(title: str, values: AnyArray, caption: str = "", peak: float = DOUBT_PEAK) -> Figure:
    """Return an H×W map of grey levels in colour, brightest at ``peak``, with its scale."""

    def make() -> Image.Image:
        return Image.fromarray(colour_map(values, peak))

    return Figure(title, make, caption, scale=Scale("0", f"{peak:.0f} grey levels and more"))


def _figure(stage: Stage, title: str, label: str = "") -> Figure:
    h, w = stage.pixels.shape[:2]
    pixels = stage.pixels
    badge = (f"{stage.origin.value} · {w}×{h} px", BADGES[stage.origin])
    return Figure(title, lambda: Image.fromarray(pixels), badge=badge, label=label)


def _small(stage: Stage, index: int) -> Figure:
    h, w = stage.pixels.shape[:2]
    pixels, badge = stage.pixels, (stage.origin.value, BADGES[stage.origin])
    title = f"{index}  {visible(stage.title, 40)}"
    return Figure(title, lambda: Image.fromarray(pixels), f"{w}×{h} px", badge)


def _plain(exhibit: Exhibit) -> Pixels:
    """Return the input enlarged by plain bicubic interpolation to the size of the result."""
    for stage in exhibit.stages:
        if stage.name == "bicubic":
            return stage.pixels
    return to_uint8(imresize(to_float(exhibit.face), exhibit.result.pixels.shape[:2]))


def _alignment(exhibit: Exhibit) -> Iterator[Block]:
    """Yield where the face is and who said so (requirement 5)."""
    yield Heading("Alignment", 3)
    yield Gallery(tuple(_alignment_figures(exhibit)), 4)
    if exhibit.context is None:
        yield Paragraph(
            "The face in its frame cannot be shown: the original file was not there, or had "
            "changed, when this report was made.",
            Tone.WARNING,
        )
    alignment = exhibit.record.alignment
    if alignment is not None:
        yield Facts(tuple(_alignment_rows(alignment, exhibit)))


def _alignment_figures(exhibit: Exhibit) -> Iterator[Figure]:
    around = exhibit.context
    if around is not None:
        height, width = around.frame_hw
        at = f"from column {around.left_px}, row {around.top_px} of {width}×{height} px"
        reduced = f", reduced by {around.reduced_by:.2f}" if around.reduced_by > 1 else ""
        measured = ("measured", BADGES[Origin.MEASURED])
        bare = f"Cut {at}{reduced}"
        yield Figure("Face in its frame", lambda: in_frame(exhibit, marked=False), bare, measured)
        outline = "Yellow: the method's input. Blue crosses: landmarks"
        yield Figure("With landmarks", lambda: in_frame(exhibit, marked=True), outline)
    fitted = "Blue crosses: landmarks. Pink rings: where the template has them"
    yield Figure("Method's input", lambda: on_input(exhibit), fitted)
    if exhibit.regions:
        words = "Components that the method treats by themselves"
        yield Figure("Component masks", lambda: components(exhibit), words)


def _alignment_rows(a: AlignmentRecord, exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    yield "Placed", placed_text(exhibit.record)
    if a.score is not None:
        yield "Score of the find", f"{a.score:.3f} ({SCORE})"
    if a.box is not None:
        x, y, w, h = a.box
        yield "Box", f"column {x}, row {y}, {w}×{h} px"
    yield "Template", visible(a.template, 80)
    yield "Residual", f"{a.rms_px:.3f} px of the frame (root mean square over the fitted points)"
    yield "Scale", _scale_text(exhibit.record)
    rows = "; ".join("  ".join(f"{value:.6g}" for value in row) for row in a.matrix)
    yield "Matrix", f"{rows} (frame column, row, 1 → input)"
    points = a.landmarks or ()
    words = "; ".join(f"{i} ({x:.1f}, {y:.1f})" for i, (x, y) in enumerate(points))
    yield f"Landmarks ({len(points)})", words or "none"
    if exhibit.regions:
        masks = (
            f"{r.name} {r.left}–{r.right - 1} × {r.top}–{r.bottom - 1}" for r in exhibit.regions
        )
        yield "Component masks", f"{'; '.join(masks)} (columns × rows of the result)"


def _steps(exhibit: Exhibit) -> Iterator[Block]:
    """Yield every step with its settings, and the digest of every stage (requirements 3 and 9)."""
    record = exhibit.record
    yield Heading("Steps, settings and digests", 3)
    yield Facts(tuple(_step_rows(exhibit)))
    yield Grid(
        ("", "Stage", "Origin", "Size", "SHA-256 of the 8-bit pixels in row order"),
        tuple(
            (str(i), visible(s.title, 60), visible(s.origin, 20), f"{s.w}×{s.h}", s.sha256)
            for i, s in enumerate(record.stages)
        ),
        (3, 20, 12, 9, 56),
    )


def placed_text(record: Record) -> str:
    """Return who or what placed the face, and whether that was in another frame."""
    by = record.alignment.placed_by if record.alignment else "not reached"
    placed = PLACED.get(by, visible(by, 80))
    if by != PlacedBy.AUTO and any(NOT_FOLLOWED in warning for warning in record.warnings):
        return f"{placed}; in another frame, without following the face (see the warnings)"
    return placed


def _step_rows(exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    record = exhibit.record
    h, w = exhibit.face.shape[:2]
    notes = record.frame.notes if record.frame else ()
    yield "1  Open", f"{name_of(record.evidence)}, read-only; SHA-256 computed"
    decoded = f"{frame_text(record)}; {visible('; '.join(notes), 500) if notes else 'as stored'}"
    yield "2  Decode", f"{decoded}; to 8-bit sRGB"
    yield "3  Place", f"the face was placed {placed_text(record)}"
    if record.fusion is not None:
        yield "   Fuse", fused_text(record.fusion)
    yield "4  Cut", _cut_text(record, (h, w))
    yield "5  Enhance", f"{visible(exhibit.info.title, 120)} ({record.method}), section 6"
    settings = (f"{name} = {setting(value)}" for name, value in sorted(record.config.items()))
    yield "   Settings", visible("; ".join(settings), 3000) if record.config else "none"
    yield "   Degradation", f"{visible(record.degradation, 80)} (assumed)"
    yield "   Computed on", f"{computed_on(record)}; seed of all randomness: {record.seed}"
    yield "Worked on (UTC)", f"{record.started_utc} to {record.finished_utc}"
    yield "Record id", visible(record.id, 200)
    yield "Record before", visible(record.previous, 200) if record.previous else "none"
    again = "repeats every step from the placement above on, and compares every stage"
    yield "Apply again", f"fhgui verify record.json: {again}"


def _cut_text(record: Record, input_hw: tuple[int, int]) -> str:
    h, w = input_hw
    if record.alignment is None or record.alignment.placed_by == "aligned":
        return f"nothing was cut: the picture is the input of {w}×{h} px"
    moved = "similarity transform by the matrix above, cubic convolution of 4×4 samples"
    if record.fusion is not None:
        moved = f"from the fused picture, {record.fusion.grid}× as fine as the frame: {moved}"
    if _enlargement(record) >= 1:
        return f"{moved}, to {w}×{h} px: the face was enlarged, its pixels lie between samples"
    return (
        f"{moved} on a finer grid, reduced by MATLAB's antialiased bicubic imresize to {w}×{h} px"
    )


def _enlargement(record: Record) -> float:
    """Return how many pixels of the input one of what it was cut from became, along each side."""
    assert record.alignment is not None
    times = scale_of(np.array(record.alignment.matrix, dtype=np.float64))
    return times if record.fusion is None else times / record.fusion.grid


def _scale_text(record: Record) -> str:
    assert record.alignment is not None
    times = scale_of(np.array(record.alignment.matrix, dtype=np.float64))
    words = f"1 px of the method's input is {1 / times:.2f} px of the frame"
    if times <= 1 or record.alignment.placed_by == PlacedBy.ALIGNED:
        return words
    how = "interpolated between them"
    if record.fusion is not None:
        how = f"computed from {len(record.fusion.used)} frames"
    return (
        f"{words}: the frame holds fewer pixels of this face than the method takes in; the input "
        f"was {how}, and so far is not measured pixel by pixel"
    )
