"""``fhgui gallery``: galleries of training faces, built from a set for the methods that use one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fhgui.cli import console

app = typer.Typer(help="Galleries of training faces.", no_args_is_help=True)


@app.command()
def build(
    data: Annotated[Path, typer.Argument(metavar="SET", help="Set of aligned faces.")],
    method: Annotated[str, typer.Option("--method", metavar="ID", help="Whose gallery.")],
    out: Annotated[Path, typer.Option("--out", help="Path of the gallery, without suffix.")],
    kind: Annotated[
        str, typer.Option("--kind", help="prototypes, full or patches.")
    ] = "prototypes",
    prototypes: Annotated[
        int | None, typer.Option("--prototypes", min=1, help="Prototypes a region and layer.")
    ] = None,
    faces: Annotated[
        int | None, typer.Option("--faces", min=1, help="Use only the first faces.")
    ] = None,
    held_out: Annotated[
        int | None, typer.Option("--held-out", min=0, help="First faces to choose settings on.")
    ] = None,
    start: Annotated[str, typer.Option("--start", help="denoiser or bicubic.")] = "denoiser",
    seed: console.SeedOption = 0,
    work: Annotated[
        Path | None, typer.Option("--work", help="Keep what later builds can share here.")
    ] = None,
    terms: Annotated[str | None, typer.Option("--terms", help="Terms of the data.")] = None,
    settings: console.SetOption = None,
    threads: console.ThreadsOption = None,
    as_json: console.JsonOption = False,
) -> None:
    """Build a gallery; run it again to go on with one that was stopped."""
    from fhgui.datasets.packed import open_set
    from fhgui.training.galleries import builder
    from fhgui.training.galleries.options import UNSTATED, GalleryOptions

    make = builder(method)
    options = GalleryOptions(
        kind=kind,
        prototypes=prototypes,
        faces=faces,
        held_out=held_out,
        start=start,
        seed=seed,
        threads=threads,
        work=work,
        terms=terms or UNSTATED,
        settings=console.parse_settings(settings),
    )
    # a set's other splits are for measuring: no method may have seen them
    files = make(open_set(data).split("train"), out.resolve(), options, console.tell)
    payload = {"method": method, "gallery": str(out.resolve()), "files": list(map(str, files))}
    console.emit(as_json, payload, lambda: _show(method, out.resolve(), files))


def _show(method: str, out: Path, files: tuple[Path, ...]) -> None:
    for file in files:
        print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    print(f"use it with: fhgui enhance FILE --method {method} --set gallery={out}")
