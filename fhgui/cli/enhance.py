"""``fhgui enhance``: one face, one method, every stage, one record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.cli import console, filing
from fhgui.core.fields import Fields
from fhgui.provenance.folder import check_output, run_files, run_patterns, write_files
from fhgui.provenance.fusing import SINGLE, alone
from fhgui.provenance.records import to_json
from fhgui.provenance.request import EnhanceRequest
from fhgui.provenance.run import Run


def enhance(
    file: Annotated[Path, typer.Argument(help="Picture or video.")],
    method: Annotated[str, typer.Option("--method", help="A method's id; see: fhgui methods.")],
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
    settings: console.SetOption = None,
    seed: console.SeedOption = 0,
    device: console.DeviceOption = "auto",
    threads: console.ThreadsOption = None,
    reason: console.ReasonOption = "",
    case: filing.CaseOption = None,
    reuse: filing.ReuseOption = False,
    force: console.ForceOption = False,
    as_json: console.JsonOption = False,
) -> None:
    """Enhance a face: writes result.png, input.png, stages/ and record.json.

    Of several frames fused, the same of the marked frame alone is written below single/.
    """
    request = EnhanceRequest(
        source=file,
        method=method,
        placement=console.parse_placement(box, landmarks, auto, aligned),
        frame_index=frame,
        degradation=degradation,
        settings=console.parse_settings(settings),
        seed=seed,
        device=device,
        threads=threads,
        override_reason=reason,
        fuse=console.parse_span(file, frame, fuse, frames),
        fields=deinterlace,
    )
    places = ("",) if request.fuse is None else ("", f"{SINGLE}/")
    check_output(out, force, file, run_patterns(*places))
    with filing.filing(case, reuse) as run_filed:
        run = filing.completed(run_filed(request), None if case else out)
        single = None if request.fuse is None else filing.completed(run_filed(alone(request)))
    files = run_files(run) if single is None else with_single(run, single)
    written = write_files(files, out, force)
    payload: dict[str, Any] = {"files": [str(p) for p in written], "record": to_json(run.record)}
    console.emit(as_json, payload, lambda: _show(written))


def with_single(run: Run, single: Run) -> dict[str, bytes]:
    """Return the files of a run on fused frames, and below them those on the frame alone."""
    beside = {f"{SINGLE}/{name}": data for name, data in run_files(single).items()}
    return {**beside, **run_files(run)}


def _show(written: tuple[Path, ...]) -> None:
    for path in written:
        print(path)
