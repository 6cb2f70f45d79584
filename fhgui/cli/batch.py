"""``fhgui batch``: many files, by several processes or machines; goes on where it stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fhgui.cli import console
from fhgui.core.text import visible

if TYPE_CHECKING:
    from fhgui.batch.summary import Summary

STOPPED = "the batch was stopped; what is finished stays, the same command goes on"


def batch(
    folder: Annotated[Path, typer.Argument(help="Folder of pictures and videos.")],
    methods: Annotated[str, typer.Option("--methods", help="Method ids, separated by commas.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results; may be begun.")],
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: one a core.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="tls://… or tcp://… of a dask scheduler: many machines."),
    ] = None,
    aligned: console.AlignedOption = False,
    frame: Annotated[
        int | None, typer.Option("--frame", min=0, help="This frame of every video, or page.")
    ] = None,
    every: Annotated[
        int | None,
        typer.Option("--every", min=1, help="Every so-many-th frame of a video, or page."),
    ] = None,
    degradation: console.DegradationOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="METHOD.FIELD=VALUE; repeatable.")
    ] = None,
    seed: console.SeedOption = 0,
    device: console.DeviceOption = "auto",
    reason: console.ReasonOption = "",
    as_json: console.JsonOption = False,
) -> None:
    """Enhance every face of every file below a folder; of a video, each track's best frame."""
    from fhgui.batch.call import run_batch
    from fhgui.batch.order import Order

    chosen = tuple(name.strip() for name in methods.split(",") if name.strip())
    order = Order(
        methods=chosen,
        settings=console.parse_method_settings(settings, chosen),
        aligned=aligned,
        frame=frame,
        every=every,
        degradation=degradation,
        seed=seed,
        device=device,
        reason=reason,
    )
    _warn_of_open_wire(scheduler)
    with console.stoppable(STOPPED, out):
        summary = run_batch(order, folder, out, workers or os.cpu_count() or 1, scheduler, _tell)
    console.emit(as_json, {**summary.as_json(), "out": str(out)}, lambda: _show(summary, out))
    if summary.failed or summary.unreadable:
        raise typer.Exit(1)


def _warn_of_open_wire(scheduler: str | None) -> None:
    if scheduler is not None and not scheduler.startswith("tls://"):
        console.tell(
            "note: whoever reaches the scheduler's address can run programs as its user; beyond a "
            "closed network use tls:// with certificates of your own"
        )


def _tell(text: str) -> None:
    console.tell(visible(text))


def _show(summary: Summary, out: Path) -> None:
    from fhgui.batch.summary import FILES, words

    print(words(summary))
    for cost in summary.costs:
        print(cost.words)
    print(f"results together: {summary.results_sha256}")
    print(out / FILES[2])
