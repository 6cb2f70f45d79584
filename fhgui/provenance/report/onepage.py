"""The printed report: one A4 page a run, with the original beside the result at equal scale."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from fpdf import FPDF
from PIL import Image

from fhgui.core.errors import OutputError
from fhgui.core.record import Record
from fhgui.methods import registry
from fhgui.provenance.report.fonts import bold, regular
from fhgui.provenance.report.pictures import colour_map, doubt_of, enlarged, face_in_frame
from fhgui.provenance.report.sheet import STATEMENT
from fhgui.provenance.run import Run

FONT = "DejaVu"
LEFT_MM, TOP_MM, WIDTH_MM = 15.0, 15.0, 180.0
PICTURE_MM, GAP_MM = 34.0, 2.5
PICTURE_PX = 512
STAGE_MM = 20.0
GREY, INK = 110, 20


class _Page(FPDF):
    """A4 with the record's id and the page number on every page."""

    def __init__(self, record_id: str) -> None:
        super().__init__(format="A4")
        self.record_id = record_id
        self.add_font(FONT, "", regular())
        self.add_font(FONT, "B", bold())
        self.set_margins(LEFT_MM, TOP_MM, LEFT_MM)
        self.c_margin = 0
        self.set_auto_page_break(True, margin=18)

    def footer(self) -> None:
        """Print id, page n of m and the fixed statement at the foot."""
        self.set_y(-14)
        self.set_font(FONT, "", 6.5)
        self.set_text_color(GREY)
        self.cell(0, 4, f"Record {self.record_id}", align="L")
        self.cell(0, 4, f"Page {self.page_no()} of {{nb}}", align="R")


def write_pdf(runs: Sequence[Run], path: Path) -> None:
    """Write the report of completed runs.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    data = pdf_bytes(runs)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror})",
            path=path,
            hint="choose a folder on a disk with space that you may write to",
        ) from error


def pdf_bytes(runs: Sequence[Run]) -> bytes:
    """Return the report of completed runs as a PDF.

    Raises
    ------
    OutputError
        If there is no run, or one was not completed.
    """
    if not runs or any(run.error is not None for run in runs):
        raise OutputError("only completed runs can be reported", hint="leave the others out")
    page = _Page(runs[0].record.id)
    page.set_title("Enhanced face: report")
    page.set_creator(f"fhgui {runs[0].record.software['version']}")
    for run in runs:
        page.record_id = run.record.id
        page.add_page()
        _head(page, run)
        _pictures(page, run)
        _stages(page, run)
        _facts(page, run.record)
        _end(page)
    return bytes(page.output())


def _head(page: _Page, run: Run) -> None:
    page.set_text_color(INK)
    page.set_font(FONT, "B", 15)
    page.cell(0, 8, "Enhanced face for investigation", new_x="LMARGIN", new_y="NEXT")
    page.set_font(FONT, "", 8)
    page.set_text_color(150, 82, 8)
    page.multi_cell(WIDTH_MM, 4, STATEMENT, new_x="LMARGIN", new_y="NEXT")
    page.ln(2)


def _pictures(page: _Page, run: Run) -> None:
    """Print frame, input, plain bicubic, result and doubt map side by side, at equal scale."""
    doubt = doubt_of(run)
    plain = next((s for s in run.stages if s.name == "bicubic"), run.stages[0])
    shown = (
        ("In the frame", face_in_frame(run, PICTURE_PX)),
        ("Input (measured)", enlarged(run.stages[0].pixels, PICTURE_PX)),
        ("Plain bicubic", enlarged(plain.pixels, PICTURE_PX)),
        (f"Result: {run.record.method}", enlarged(run.result.pixels, PICTURE_PX)),
        ("Invented, 0 to 64 levels", enlarged(colour_map(doubt.invented), PICTURE_PX)),
    )
    top = page.get_y()
    for column, (title, picture) in enumerate(shown):
        x = LEFT_MM + column * (PICTURE_MM + GAP_MM)
        _picture(page, picture, title, (x, top), PICTURE_MM, 7)
    page.set_xy(LEFT_MM, top + PICTURE_MM + 6)
    page.set_font(FONT, "", 7)
    page.set_text_color(GREY)
    page.multi_cell(
        WIDTH_MM,
        3.6,
        f"Under the assumed degradation ({run.record.degradation}) {doubt.fixed_share:.0%} of the "
        f"result's energy is fixed by the evidence; the result degraded again agrees with the "
        f"input to {doubt.redegradation_db:.1f} dB. Neither says whether the invention is right.",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    page.ln(1.5)


def _stages(page: _Page, run: Run) -> None:
    top, step = page.get_y(), STAGE_MM + 2.5
    for column, stage in enumerate(run.stages):
        x = LEFT_MM + column % 8 * step
        y = top + column // 8 * (STAGE_MM + 6)
        _picture(page, enlarged(stage.pixels, PICTURE_PX // 2), stage.title, (x, y), STAGE_MM, 5)
    rows = (len(run.stages) + 7) // 8
    page.set_xy(LEFT_MM, top + rows * (STAGE_MM + 6) + 1)


def _picture(
    page: _Page,
    image: Image.Image,
    title: str,
    at_mm: tuple[float, float],
    size_mm: float,
    pt: float,
) -> None:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    x, y = at_mm
    page.image(buffer, x=x, y=y, w=size_mm, h=size_mm, keep_aspect_ratio=True)
    page.set_xy(x, y + size_mm + 0.5)
    page.set_font(FONT, "", pt)
    page.set_text_color(INK)
    page.cell(size_mm, 3, title, align="C")


def _facts(page: _Page, record: Record) -> None:
    page.set_font(FONT, "", 6.5)
    for name, value in _rows(record):
        page.set_text_color(GREY)
        page.cell(30, 3.5, name)
        page.set_text_color(INK)
        page.multi_cell(WIDTH_MM - 30, 3.5, value, new_x="LMARGIN", new_y="NEXT", align="L")


def _rows(record: Record) -> list[tuple[str, str]]:
    """Return the table of the page: item, frame, alignment, method, files, environment."""
    info = registry.info(record.method)
    evidence = record.evidence
    return [
        ("Item", f"{evidence.name}, {evidence.size} bytes, opened read-only, never written"),
        ("SHA-256", evidence.sha256),
        ("Worked on (UTC)", f"{record.started_utc} to {record.finished_utc}"),
        ("Frame", _frame_text(record)),
        ("Alignment", _alignment_text(record)),
        ("Adequacy", _adequacy_text(record)),
        ("Method", f"{info.title} ({info.id}), {info.paper}"),
        ("Settings", ", ".join(f"{k}={v}" for k, v in sorted(record.config.items())) or "none"),
        *(("Weights", f"{f.name}, SHA-256 {f.sha256}") for f in record.weights),
        *(("Gallery", f"{f.name}, SHA-256 {f.sha256}") for f in record.gallery),
        ("Computed on", f"{record.device}, {record.threads} threads, seed {record.seed}"),
        ("Software", f"fhgui {record.software['version']}; {_environment_text(record)}"),
        *(
            ("Stage", f"{s.title}, {s.origin}, {s.w}×{s.h}, SHA-256 {s.sha256}")
            for s in record.stages
        ),
        *(("Warning", text) for text in record.warnings),
    ]


def _frame_text(record: Record) -> str:
    frame = record.frame
    if frame is None:
        return "not reached"
    time = "" if frame.time_s is None else f", time {frame.time_s:.3f} s, pts {frame.pts}"
    notes = f" ({'; '.join(frame.notes)})" if frame.notes else ""
    return f"index {frame.index}{time}{notes}"


def _alignment_text(record: Record) -> str:
    a = record.alignment
    if a is None:
        return "not reached"
    points = "no landmarks" if a.landmarks is None else f"{len(a.landmarks)} landmarks"
    score = "" if a.score is None else f", detector score {a.score:.2f}"
    fit = f"residual {a.rms_px:.2f} px, template {a.template}{score}"
    return f"placed by {a.placed_by}, {points}, {fit}"


def _adequacy_text(record: Record) -> str:
    a = record.adequacy
    if a is None:
        return "unknown: the file was given already aligned"
    eyes = "" if a.interocular_px is None else f", eyes {a.interocular_px:.1f} px apart"
    return (
        f"face {a.face_px:.1f} px wide{eyes}; about {a.density_px_per_m:.0f} px/m if the face is "
        f"16 cm wide: {a.adequacy} (IEC 62676-4)"
    )


def _environment_text(record: Record) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(record.environment.items()))


def _end(page: _Page) -> None:
    page.set_text_color(GREY)
    page.ln(1)
    page.multi_cell(
        WIDTH_MM,
        3.5,
        "Results relate only to the item examined. Replay with: fhgui verify record.json. "
        "— End of report —",
        new_x="LMARGIN",
        new_y="NEXT",
    )
