"""A whole benchmark: pairs, every candidate, and the folder of results."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.evaluation import benchmark, lpips, tables
from fhgui.evaluation.benchmark import Loaded
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.coverage import Coverage
from fhgui.evaluation.coverage_tables import coverage_csv, coverage_markdown
from fhgui.evaluation.events import (
    CoverageFound,
    Event,
    Finished,
    ImageScored,
    Note,
    RowDone,
    TransformsFound,
)
from fhgui.evaluation.output import ResultFolder, png, result_folder
from fhgui.evaluation.pairs import PairSet, make_pairs
from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.published import beside
from fhgui.evaluation.report import Report, report_html
from fhgui.evaluation.rows import Row
from fhgui.evaluation.sheet import sheet_png, shown_names
from fhgui.evaluation.transforms import Recovery
from fhgui.evaluation.transforms_tables import transforms_csv, transforms_markdown

NO_PIXELS: Pixels = np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True)
class Job:
    """What to measure.

    Parameters
    ----------
    skip_unfit : leave out candidates that do not fit the protocol instead of refusing.
    limit : only the first so many faces.
    save_images : write results, truths and inputs as PNG.
    without : metrics to leave out.
    title : of a study; empty without one.
    measures : what it measures besides, of `studies.MEASURES`.
    at_once : so many faces go through a method in one go if it can.
    about : software, environment and threads, for ``run.json``.
    """

    protocol: Protocol
    data: Path
    candidates: tuple[Candidate, ...]
    skip_unfit: bool = False
    limit: int | None = None
    save_images: bool = False
    without: frozenset[str] = frozenset()
    device: str = "cpu"
    title: str = ""
    measures: frozenset[str] = frozenset()
    at_once: int = 1
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Collected:
    """What the events of a run have brought.

    Parameters
    ----------
    shown : the faces of the sample sheet; only their results are kept.
    samples : label → name → result.
    coverages : of the rows that estimate their error, if that was asked for.
    recoveries : of the rows that straighten faces, likewise.
    """

    shown: frozenset[str]
    rows: list[Row] = field(default_factory=list)
    images: list[ImageScored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    samples: dict[str, dict[str, Pixels]] = field(default_factory=dict)
    coverages: list[Coverage] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Keep what the tables and the sheet need."""
        if isinstance(event, RowDone):
            self.rows.append(event.row)
        elif isinstance(event, Note):
            self.notes.append(event.text)
        elif isinstance(event, CoverageFound):
            self.coverages.append(event.found)
        elif isinstance(event, TransformsFound):
            self.recoveries.append(event.found)
        elif isinstance(event, ImageScored):
            samples = self.samples.setdefault(event.label, {})
            if event.name in self.shown:
                samples[event.name] = event.result
            self.images.append(dataclasses.replace(event, result=NO_PIXELS))


def carry_out(job: Job, out: Path, tell: Callable[[Event], None]) -> dict[str, Any]:
    """Measure and write the folder of results.

    Parameters
    ----------
    tell : called with every event; what it raises stops the work, and nothing is written.

    Returns
    -------
    dict: the content of ``table.json``.

    Raises
    ------
    FhguiError
        If the data or a candidate cannot be used, or the folder not be written.
    """
    tell(Note("loading methods and reading pictures"))  # of this run only, not of its figures
    loaded, skipped = benchmark.check(
        job.candidates, job.protocol, job.device, skip_unfit=job.skip_unfit
    )
    if not loaded:
        raise InputError(
            f"no method fits {job.protocol.id}: {'; '.join(skipped)}",
            hint="choose another protocol",
        )
    pairs = make_pairs(job.protocol, job.data, job.limit)
    collected = Collected(frozenset(shown_names([pair.name for pair in pairs.pairs])))
    wanted = tuple(one.candidate for one in loaded)
    with result_folder(out) as folder:
        _save_pairs(job, pairs, folder)
        events = benchmark.run(
            job.protocol, pairs, wanted, job.device, job.without, job.measures, job.at_once
        )
        for event in chain((Note(text) for text in skipped), events):
            collected.take(event)
            if job.save_images and isinstance(event, ImageScored):
                folder.write(f"{event.label}/{event.name}.png", png(event.result))
            tell(event)
        table = _write(job, pairs, loaded, collected, folder)
        folder.commit()
    tell(Finished(out))
    return table


def _save_pairs(job: Job, pairs: PairSet, folder: ResultFolder) -> None:
    if job.save_images:
        for pair in pairs.pairs:
            folder.write(f"truth/{pair.name}.png", png(pair.truth))
            folder.write(f"input/{pair.name}.png", png(pair.input))


def _write(
    job: Job,
    pairs: PairSet,
    loaded: tuple[Loaded, ...],
    collected: Collected,
    folder: ResultFolder,
) -> dict[str, Any]:
    """Write everything but the pictures; return the table."""
    n, protocol = len(pairs.pairs), job.protocol
    same, others = beside(protocol, pairs.digest, None if job.limit else pairs.faces)
    rows = (*collected.rows, *same)
    facts = _facts(job, pairs, loaded, collected)
    shown = [pair for pair in pairs.pairs if pair.name in collected.shown]
    sheet = sheet_png(f"{protocol.id}: {protocol.title}", shown, collected.samples)
    report = Report(
        protocol,
        job.title,
        n,
        rows,
        others,
        collected.images,
        collected.notes,
        sheet,
        facts,
        collected.coverages,
        collected.recoveries,
    )
    table = tables.table_json(protocol, n, rows)
    folder.write("per-image.csv", tables.images_csv(collected.images))
    folder.write("table.csv", tables.table_csv(rows))
    further = coverage_markdown(collected.coverages) + transforms_markdown(collected.recoveries)
    text = tables.table_markdown(protocol, rows, collected.notes)
    text += further + tables.published_markdown(others)
    folder.write("table.md", text.encode())
    _write_measures(protocol, collected, folder)
    folder.write("sheet.png", sheet)
    folder.write("report.html", report_html(report).encode())
    folder.write("run.json", tables.to_json(facts))
    folder.write("table.json", tables.to_json(table))
    return table


def _write_measures(protocol: Protocol, collected: Collected, folder: ResultFolder) -> None:
    """Write what was measured besides the protocol's metrics."""
    if collected.coverages:
        found = [one.as_json() for one in collected.coverages]
        folder.write("coverage.json", tables.to_json({"protocol": protocol.id, "rows": found}))
        folder.write("coverage.csv", coverage_csv(collected.coverages))
    if collected.recoveries:
        poses = [one.as_json() for one in collected.recoveries]
        folder.write("transforms.json", tables.to_json({"protocol": protocol.id, "rows": poses}))
        folder.write("transforms.csv", transforms_csv(collected.recoveries))


def _facts(
    job: Job, pairs: PairSet, loaded: tuple[Loaded, ...], collected: Collected
) -> dict[str, Any]:
    """Return what the figures depend on: enough to measure them again."""
    facts = {
        "protocol": dataclasses.asdict(job.protocol),
        "data": {
            "path": str(job.data),
            "faces": pairs.faces,
            "pairs": len(pairs.pairs),
            "pairs_sha256": pairs.digest,
            "left_out": [dataclasses.asdict(one) for one in pairs.left_out],
        },
        "limit": job.limit,
        "without": sorted(job.without),
        "lpips_files": lpips.file_digests(),
        "device": job.device,
        "at_once": job.at_once,
        "rows": [_row_facts(one) for one in loaded],
        "notes": collected.notes,
        **job.about,
    }
    return dict(json.loads(json.dumps(facts, default=str)))


def _row_facts(loaded: Loaded) -> dict[str, Any]:
    config, candidate = loaded.config, loaded.candidate
    resolved = (
        dataclasses.asdict(config)
        if dataclasses.is_dataclass(config) and not isinstance(config, type)
        else {}
    )
    return {
        "label": candidate.label,
        "method": candidate.method,
        "pictures": None if candidate.pictures is None else str(candidate.pictures),
        "settings": resolved,
        "files": [dataclasses.asdict(asset) for asset in loaded.assets],
    }
