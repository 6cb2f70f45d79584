"""``fhgui demo``: the whole main job on a frame composed at run time."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.cli import console
from fhgui.cli.filing import completed
from fhgui.imaging.demo import demo_frame
from fhgui.methods import registry
from fhgui.provenance.dossier import Wishes, of_records
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import check_output, png, run_files, write_files
from fhgui.provenance.report.process import render
from fhgui.provenance.report.sheet import comparison_png
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.verification.dispatch import verify


def demo(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results of the headless job.")
    ] = None,
    no_window: Annotated[bool, typer.Option("--no-window", help="Do the job headless.")] = False,
    force: console.ForceOption = False,
    as_json: console.JsonOption = False,
) -> None:
    """Open the window on the demo frame, or do the whole job on it without a screen."""
    if not (no_window or out is not None or as_json):  # either asks for results
        raise typer.Exit(_window(context.obj))
    out = out or Path("fhgui-demo")
    check_output(out, force)
    write_files({"evidence/demo-frame.png": png(demo_frame())}, out, force)
    runs = [_run(out / "evidence/demo-frame.png", name) for name in registry.method_ids()]
    written = (*write_files(_results(runs), out, force=True), *_report(runs, out))
    verdict = verify(out).verdict.value
    payload: dict[str, Any] = {"files": [str(path) for path in written], "verdict": verdict}
    console.emit(as_json, payload, lambda: print(*written, f"replayed: {verdict}", sep="\n"))


def _window(open_window: console.OpenWindow) -> int:
    folder = Path(tempfile.mkdtemp(prefix="fhgui-demo-"))
    write_files({"demo-frame.png": png(demo_frame())}, folder)
    return open_window([str(folder / "demo-frame.png")])


def _run(source: Path, method: str) -> Run:
    console.tell(f"method {method}")
    request = EnhanceRequest(source, method, Placement(PlacementKind.AUTO))
    return completed(enhance(request, console.tell_event))


def _report(runs: list[Run], out: Path) -> list[Path]:
    folders = [out / run.record.method for run in runs]
    gathered = of_records(folders, Wishes(), lambda done, total, text: None)
    return render(gathered.dossier, out)


def _results(runs: list[Run]) -> dict[str, bytes]:
    files = {"comparison.png": comparison_png(runs)}
    for run in runs:
        files |= {f"{run.record.method}/{name}": data for name, data in run_files(run).items()}
    return files
