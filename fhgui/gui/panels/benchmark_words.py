"""How a benchmark is put into words."""

from __future__ import annotations

from pathlib import Path

from fhgui.evaluation.rows import Row
from fhgui.gui.panels.run_list import RowWords
from fhgui.session.benchmark_run import BenchmarkRun, BenchmarkStatus

NOT_AVAILABLE = "not available"
KINDS = {
    "measured": "measured",
    "reference": "released pictures",
    "published": "published",
}
"""What the kinds of rows are called."""

TONES = {
    BenchmarkStatus.STARTING: "muted",
    BenchmarkStatus.RUNNING: "accent",
    BenchmarkStatus.CANCELLING: "amber",
    BenchmarkStatus.CANCELLED: "amber",
    BenchmarkStatus.FINISHED: "green",
    BenchmarkStatus.FAILED: "red",
    BenchmarkStatus.INTERRUPTED: "red",
    BenchmarkStatus.MOVED: "amber",
}


def row_words(run: BenchmarkRun) -> RowWords:
    """Return what its row in the list and the head of its view say."""
    protocol = run.story.protocol or run.order.protocol
    return RowWords(protocol, run.status.value, TONES[run.status], one_line(run), run.folder)


def one_line(run: BenchmarkRun) -> str:
    """Return what a list says beside the protocol and the status."""
    parts = []
    result = run.result()
    if result.complete:
        scored = len(result.labels)
        parts = [f"{counted(scored, 'row')} of {counted(result.n, 'picture')}"]
    elif run.story.started:
        parts = [f"{run.story.fraction:.0%}"]
    elif run.order.study:
        parts = [f"study {Path(run.order.study).stem}"]
    elif run.order.methods:
        parts = [counted(len(run.order.methods), "method")]
    return " · ".join([*parts, run.folder.name])


def situation(run: BenchmarkRun) -> str:
    """Return one sentence about where a benchmark stands and what can be done."""
    story = run.story
    words = {
        BenchmarkStatus.STARTING: "the methods are being loaded and the test pictures read",
        BenchmarkStatus.RUNNING: f"{story.label or 'the first method'}: "
        f"{story.done:,} of {story.n:,} pictures; the table is written when all are measured",
        BenchmarkStatus.CANCELLING: "it is being ended",
        BenchmarkStatus.CANCELLED: "it was cancelled: nothing was written. "
        "What it had measured until then is shown while it is on the list",
        BenchmarkStatus.FAILED: run.error,
        BenchmarkStatus.INTERRUPTED: "it ended without a word: nothing was written; start it again",
        BenchmarkStatus.MOVED: "its folder is not where it was. If it was moved, open it where it "
        "is now; else take it off the list",
    }
    return words.get(run.status) or " · ".join(run.result().notes)


def no_rows(run: BenchmarkRun) -> str:
    """Return what is said in the place of an empty table."""
    if run.status.alive:
        return "The first row comes when a method has restored every picture."
    if run.result().complete:
        return "The table has no rows."
    scored = run.result().labels
    return "No method had restored every picture." if scored else "There are no figures."


def about_row(row: Row) -> str:
    """Return all there is to know of a row that has no column, a line each."""
    lines = [f"{row.label}: {KINDS.get(row.kind, row.kind)}"]
    if row.source:
        lines.append(row.source)
    if row.method != row.label:
        lines.append(f"method {row.method}")
    lines += [f"{name} = {value}" for name, value in row.settings.items()]
    lines.append(counted(row.n, "picture") + (f", {row.missing} missing" if row.missing else ""))
    if row.psnr_rgb_std is not None:
        lines.append(f"PSNR RGB ± {row.psnr_rgb_std:.2f} dB over the pictures")
    if row.identity_cosine is not None:
        lines.append(f"identity of the faces that are found: {row.identity_cosine:.4f}")
    return "\n".join(lines)


def counted(number: int, noun: str) -> str:
    """Return ``1 row``, ``12 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
