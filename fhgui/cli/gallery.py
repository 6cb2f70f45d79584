"""``fhgui gallery``: faces that methods take detail from: built, and told where they went."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.cli import console
from fhgui.core.text import visible

app = typer.Typer(
    help="Galleries of training faces: build one; tell which of its faces went where.",
    no_args_is_help=True,
)

FIRST = 12
"""Exemplars that are printed of the face and of a place, largest shares first; JSON has all."""


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


@app.command()
def trace(
    path: Annotated[Path, typer.Argument(metavar="RUN", help="Result folder or record.json.")],
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="X,Y", help="A pixel of the result; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for trace.json, leading.png, at-X-Y.png.")
    ] = None,
    force: console.ForceOption = False,
    as_json: console.JsonOption = False,
) -> None:
    """Tell which exemplars of its gallery a result is from, and where; the run is made again."""
    from fhgui.provenance.folder import check_output, write_files
    from fhgui.provenance.traces import trace_files, trace_json, traced_folder

    places = [_pixel(text) for text in at or ()]
    if out is not None:
        check_output(out, force)
    traced = traced_folder(path)
    payload = trace_json(traced, places)
    if out is not None:
        written = write_files(trace_files(traced, places), out, force)
        payload["files"] = [str(file) for file in written]
    console.emit(as_json, payload, lambda: _show_trace(payload))


def _pixel(text: str) -> tuple[int, int]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise typer.BadParameter(f"--at {text!r} is not X,Y in whole pixels of the result")
    return int(parts[0]), int(parts[1])


def _show_trace(told: dict[str, Any]) -> None:
    print(visible(f"{told['gallery']['name']}: {len(told['exemplars'])} exemplars take part"))
    print(told["whose"])
    print(told["made_again"])
    for exemplar in told["exemplars"][:FIRST]:
        print(visible(f"  {exemplar['share']:6.1%}  {exemplar['name']}"))
    for place in told["places"]:
        sources = place["sources"]
        equal = f"as many as {place['count']:.0f} equal ones would"
        print(f"at {place['x']},{place['y']}: {len(sources)} exemplars count, {equal}")
        for source in sources[:FIRST]:
            print(visible(f"  {_source_words(source)}"))
    for file in told.get("files", ()):
        print(file)


def _source_words(source: dict[str, Any]) -> str:
    x, y, width, height = source["box"]
    mirrored = ", mirrored" if source["mirrored"] else ""
    where = f"window {x},{y} {width}×{height}{mirrored}"
    return f"{source['share']:6.1%}  weight {source['weight']:+.3f}  {where}  {source['name']}"
