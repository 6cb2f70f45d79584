"""``fhgui enhance``: one face, one method, every stage, one record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.cli import console, filing
from fhgui.provenance.folder import check_output, write_run
from fhgui.provenance.records import to_json
from fhgui.provenance.request import EnhanceRequest


def enhance(
    file: Annotated[Path, typer.Argument(help="Picture or video.")],
    method: Annotated[str, typer.Option("--method", help="A method's id; see: fhgui methods.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    frame: console.FrameOption = 0,
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
    """Enhance a face: writes result.png, input.png, stages/ and record.json."""
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
    )
    check_output(out, force)
    with filing.filing(case, reuse) as run_filed:
        run = filing.completed(run_filed(request))
    written = write_run(run, out, force)
    payload: dict[str, Any] = {"files": [str(p) for p in written], "record": to_json(run.record)}
    console.emit(as_json, payload, lambda: _show(written))


def _show(written: tuple[Path, ...]) -> None:
    for path in written:
        print(path)
