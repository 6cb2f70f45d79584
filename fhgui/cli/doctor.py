"""``fhgui doctor``: is this installation whole and does it compute what it should."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fhgui import paths
from fhgui.cli.console import JsonOption, emit, tell
from fhgui.core.errors import FhguiError, WeightsError
from fhgui.imaging.demo import demo_frame
from fhgui.methods import registry
from fhgui.methods.devices import resolve_device
from fhgui.methods.installed import InstalledModel, installed
from fhgui.provenance.enhance import enhance
from fhgui.provenance.environment import environment, software
from fhgui.provenance.folder import png, write_files, write_run
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.verification.dispatch import verify

WINDOW_LIBRARIES = ("PySide6", "pyqtgraph", "qtawesome")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def doctor(
    validate: Annotated[
        bool,
        typer.Option(
            "--validate", help="Hold every method against the golden set; writes a certificate."
        ),
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", help="PDF of the certificate of --validate.")
    ] = Path("fhgui-validation.pdf"),
    laboratory: Annotated[
        Path | None,
        typer.Option("--laboratory", help="YAML: name, address, examiner, … for the certificate."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file at --out.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check environment, devices, libraries, model hashes, and a replayed self-test."""
    if validate:
        _validate(out, laboratory, force, as_json)
        return
    checks = list(_checks())
    payload = {"ok": all(c.ok for c in checks), "checks": [dataclasses.asdict(c) for c in checks]}
    emit(as_json, payload, lambda: _show(checks))
    if not payload["ok"]:
        raise typer.Exit(1)


def _validate(out: Path, laboratory: Path | None, force: bool, as_json: bool) -> None:
    from fhgui.provenance.validation import validate, written

    validation = validate(tell)
    written(validation, out, laboratory, force)
    rows = [
        {"picture": o.picture, "method": o.method, "verdict": o.verdict.value, "text": o.text}
        for o in validation.outcomes
    ]
    payload = {"verdict": validation.verdict.value, "file": str(out), "outcomes": rows}
    emit(as_json, payload, lambda: _show_validation(rows, validation.verdict.value, out))
    if validation.verdict.value not in ("EXACT", "EQUIVALENT"):
        raise typer.Exit(1)


def _show_validation(rows: list[dict[str, str]], verdict: str, out: Path) -> None:
    for row in rows:
        print("{verdict:<10} {picture:<9} {method:<14} {text}".format(**row))
    print(f"{verdict}: {out}")


def _checks() -> Iterator[Check]:
    yield Check("software", True, "fhgui {version}".format(**software()))
    for name, value in environment().items():
        yield Check(name, value != "not installed", value)
    for name in WINDOW_LIBRARIES:
        found = importlib.util.find_spec(name) is not None
        yield Check(name, found, "importable" if found else "not installed")
    yield _tried("device", partial(resolve_device, "auto"))
    yield _tried("resources", _resources)
    for row in installed():
        yield _tried(f"file {row.name}", partial(_file, row))
    for method_id in registry.method_ids():
        yield _tried(f"model {method_id}", partial(_model, method_id))
        yield _tried(f"self-test {method_id}", partial(_self_test, method_id))


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except FhguiError as error:
        return Check(name, False, error.sentence())


def _resources() -> str:
    missing = [n for n in ("fonts/DejaVuSans.ttf",) if not paths.resource(n).is_file()]
    if missing:
        raise FhguiError(f"{', '.join(missing)} is missing", hint="install fhgui again")
    return str(paths.resource(""))


def _model(method_id: str) -> str:
    """Load the method."""
    device = "cpu" if not registry.info(method_id).assets else resolve_device("auto")
    count = len(registry.load(method_id, device=device).assets)
    return f"loads its {count} file{'s' * (count > 1)}" if count else "needs no files"


def _file(row: InstalledModel) -> str:
    """Compare a file with its card."""
    problem = row.problem()
    if problem is not None:
        raise WeightsError(problem)
    return f"{str(row.facts()['sha256'])[:12]}, matches its card"


def _self_test(method_id: str) -> str:
    """Enhance the demo frame and replay the record."""
    with tempfile.TemporaryDirectory(prefix="fhgui-doctor-") as scratch:
        folder = Path(scratch)
        write_files({"demo.png": png(demo_frame())}, folder)
        request = EnhanceRequest(folder / "demo.png", method_id, Placement(PlacementKind.AUTO))
        run = enhance(request)
        if run.error is not None:
            raise run.error
        write_run(run, folder / "run")
        result = verify(folder / "run")
    if result.verdict.value != "EXACT":
        raise FhguiError(f"the demo replays as {result.verdict.value}", hint="report this machine")
    return f"replays EXACT on {run.record.device}, {run.record.threads} of {os.cpu_count()} threads"


def _show(checks: list[Check]) -> None:
    for check in checks:
        print(f"{'ok  ' if check.ok else 'FAIL'} {check.name:<48} {check.detail}")
