"""``fhgui compare``: one face by several methods on one sheet."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fhgui.cli import console, filing
from fhgui.core.errors import InputError
from fhgui.core.fields import Fields
from fhgui.methods import registry
from fhgui.provenance.folder import check_output, run_files, run_patterns, write_files
from fhgui.provenance.fusing import SINGLE
from fhgui.provenance.records import to_json
from fhgui.provenance.report.sheet import comparison_png
from fhgui.provenance.request import EnhanceRequest

if TYPE_CHECKING:
    from fhgui.evaluation.no_reference import NoReference
    from fhgui.provenance.run import Run


def compare(
    file: Annotated[Path, typer.Argument(help="Picture or video.")],
    methods: Annotated[str, typer.Option("--methods", help="Method ids, separated by commas.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    frame: console.FrameOption = 0,
    fuse: console.FuseOption = None,
    frames: console.FramesOption = None,
    deinterlace: console.DeinterlaceOption = Fields.WOVEN,
    box: console.BoxOption = None,
    landmarks: console.LandmarksOption = None,
    auto: console.AutoOption = False,
    aligned: console.AlignedOption = False,
    degradation: console.DegradationOption = None,
    seed: console.SeedOption = 0,
    device: console.DeviceOption = "auto",
    threads: console.ThreadsOption = None,
    reason: console.ReasonOption = "",
    case: filing.CaseOption = None,
    reuse: filing.ReuseOption = False,
    force: console.ForceOption = False,
    as_json: console.JsonOption = False,
) -> None:
    """Enhance a face by several methods: a folder for each, and comparison.png.

    Of several frames fused, the same of the marked frame alone is shown below and written to
    METHOD/single/.
    """
    placement = console.parse_placement(box, landmarks, auto, aligned)
    chosen = [name.strip() for name in methods.split(",") if name.strip()]
    if not chosen or len(set(chosen)) != len(chosen):
        raise InputError("name each method once", hint="for example --methods bicubic,dcnn_mnce")
    for name in chosen:
        registry.info(name)  # each name is known before anything is computed
    check_output(out, force, file, _patterns(chosen))
    span = console.parse_span(file, frame, fuse, frames)
    runs, singles = [], []
    with filing.filing(case, reuse) as run_filed:
        for method in chosen:
            console.tell(f"method {method}")
            request = EnhanceRequest(
                file, method, placement, frame, degradation, {}, seed, device, threads, reason
            )
            request = replace(request, fields=deinterlace)
            left = None if case else out / method
            if span is not None:
                singles.append(filing.completed(run_filed(request), left))
                request = replace(request, fuse=span)
            runs.append(filing.completed(run_filed(request), left))
    files = {"comparison.png": comparison_png(runs, singles)}
    for run in singles:
        files |= _below(f"{run.record.method}/{SINGLE}", run)
    for run in runs:
        files |= _below(run.record.method, run)
    written = write_files(files, out, force)
    payload: dict[str, Any] = {
        "files": [str(path) for path in written],
        "records": [to_json(run.record) for run in runs],
        "single_records": [to_json(run.record) for run in singles],
        "no_reference": {run.record.method: asdict(_scored(run)) for run in runs},
    }
    console.emit(as_json, payload, lambda: print(*written, sep="\n"))


def _patterns(methods: list[str]) -> tuple[str, ...]:
    """Return patterns of the files to be written, see `run_patterns`."""
    places = (f"{name}/{below}" for name in methods for below in ("", f"{SINGLE}/"))
    return "comparison.png", *run_patterns(*places)


def _below(folder: str, run: Run) -> dict[str, bytes]:
    return {f"{folder}/{name}": data for name, data in run_files(run).items()}


def _scored(run: Run) -> NoReference:
    """Score a result without a truth and tell it."""
    from fhgui.evaluation.no_reference import no_reference

    found = no_reference(run.result.pixels)
    face = "a face is found" if found.face_found else "no face is found"
    console.tell(
        f"{run.record.method}: noise {found.noise_sigma:.2f}, gradient {found.gradient:.2f} grey "
        f"levels, {face}; none of this says that the result is right"
    )
    return found
