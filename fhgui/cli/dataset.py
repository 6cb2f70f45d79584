"""``fhgui dataset``: packs photographs into a set of faces for training, and shows a set."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fhgui.cli import console

if TYPE_CHECKING:
    from fhgui.datasets.build import Progress
    from fhgui.datasets.packed import FaceSet, Manifest, PictureFate

EXAMPLES = 5
"""Dropped pictures shown for each reason; the manifest holds them all."""

TELL_EVERY_S = 2.0

app = typer.Typer(help="Sets of faces for training.", no_args_is_help=True)


@app.command()
def build(
    sources: Annotated[list[Path], typer.Argument(help="Folders, zips, pictures and videos.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the set.")],
    size: Annotated[str, typer.Option("--size", help="H,W of the packed faces.")] = "128,128",
    template: Annotated[
        str | None,
        typer.Option(
            "--template", help="Find the faces and lay them on it; by default the one of that size."
        ),
    ] = None,
    no_align: Annotated[
        bool, typer.Option("--no-align", help="The pictures are aligned: cut out their middle.")
    ] = False,
    labels: Annotated[
        str, typer.Option("--labels", help="'folder': a picture's folder names the person.")
    ] = "none",
    split: Annotated[
        str, typer.Option("--split", help="Shares of train, val and test.")
    ] = "0.9,0.05,0.05",
    split_by: Annotated[
        str,
        typer.Option("--split-by", help="'person', or 'picture': the same people in every split."),
    ] = "person",
    max_enlargement: Annotated[
        float, typer.Option("--max-enlargement", help="Faces enlarged more are too small.")
    ] = 2.0,
    min_sharpness: Annotated[
        float, typer.Option("--min-sharpness", help="Faces below are blurred; 0 keeps all.")
    ] = 25.0,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Keep the same face twice.")
    ] = False,
    every_nth: Annotated[
        int, typer.Option("--every", min=1, help="Take each n-th frame of a video.")
    ] = 25,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; by default one a core.")
    ] = None,
    as_json: console.JsonOption = False,
) -> None:
    """Find, align, sift and pack faces; a build that was stopped goes on."""
    from fhgui.datasets.build import build as run_build
    from fhgui.datasets.recipe import BuildRecipe

    size_hw = _pair(size)
    recipe = BuildRecipe(
        size_hw=size_hw,
        template=_template(template, no_align, size_hw),
        labels=labels,
        shares=_shares(split),
        split_by=split_by,
        max_enlargement=max_enlargement,
        min_sharpness=min_sharpness,
        duplicate_bits=None if keep_duplicates else BuildRecipe.duplicate_bits,
        every_nth=every_nth,
    )
    with console.stoppable("stopped; the same command goes on", out):
        faces = run_build(sources, out, recipe, workers, _teller())
    _emit(out, faces, as_json)


@app.command()
def show(
    path: Annotated[Path, typer.Argument(metavar="SET", help="Folder of a set.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Check every pixel against the manifest.")
    ] = False,
    as_json: console.JsonOption = False,
) -> None:
    """Show what a set holds, what was dropped and why, and its digest."""
    from fhgui.datasets.packed import open_set, verify_set

    _emit(path, verify_set(path) if verify else open_set(path), as_json)


def _emit(path: Path, faces: FaceSet, as_json: bool) -> None:
    from fhgui.datasets.packed import KEPT, read_manifest

    manifest = read_manifest(path)
    dropped = [picture for picture in manifest.pictures if picture.outcome != KEPT]
    payload: dict[str, Any] = {
        "set": str(path),
        "digest": faces.digest,
        "shape": list(manifest.shape),
        "kept": len(faces),
        "dropped": dict(Counter(picture.outcome for picture in dropped).most_common()),
        "splits": _splits(faces),
        "pictures": [
            {"name": p.name, "reason": p.outcome, "detail": p.detail, "sha256": p.sha256}
            for p in dropped
        ],
    }
    console.emit(as_json, payload, lambda: _show(path, faces, manifest, dropped))


def _splits(faces: FaceSet) -> dict[str, dict[str, int]]:
    from fhgui.datasets.packed import SPLITS

    parts = {name: faces.split(name) for name in SPLITS}
    return {
        name: {"faces": len(part), "people": len({i for i in part.identities if i is not None})}
        for name, part in parts.items()
    }


def _show(path: Path, faces: FaceSet, manifest: Manifest, dropped: list[PictureFate]) -> None:
    height, width = manifest.shape[1:3]
    print(f"{path}: {len(faces)} faces of {width}×{height} pixels")
    for name, counts in _splits(faces).items():
        people = f"  {counts['people']} people" if counts["people"] else ""
        print(f"  {name:<14}{counts['faces']:>8}{people}")
    print(f"dropped {len(dropped)} of {len(manifest.pictures)}")
    by_reason: dict[str, list[PictureFate]] = defaultdict(list)
    for picture in dropped:
        by_reason[picture.outcome].append(picture)
    for reason, pictures in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        print(f"  {reason:<14}{len(pictures):>8}")
        for picture in pictures[:EXAMPLES]:
            print(f"    {picture.name}" + (f": {picture.detail}" if picture.detail else ""))
        if len(pictures) > EXAMPLES:
            print(f"    … {len(pictures) - EXAMPLES} more in {path / 'manifest.json'}")
    print(f"digest {faces.digest}")


def _teller() -> Callable[[Progress], None]:
    """Return what prints the progress of a build, not more often than people read."""
    begun = last = time.monotonic()
    done_before: int | None = None

    def tell(progress: Progress) -> None:
        nonlocal last, done_before
        now = time.monotonic()
        done_before = progress.done if done_before is None else done_before
        if now - last < TELL_EVERY_S and progress.done < progress.total:
            return
        last = now
        rate = (progress.done - done_before) / max(now - begun, 1e-3)
        left = f", {(progress.total - progress.done) / rate / 60:.1f} min left" if rate else ""
        console.tell(
            f"{progress.done}/{progress.total} looked at, {progress.found} faces, "
            f"{rate:.1f}/s{left}"
        )

    return tell


def _template(named: str | None, no_align: bool, size_hw: tuple[int, int]) -> str | None:
    """Return the template to lay faces on: the one that is named, else the one of a size."""
    from fhgui.alignment.templates import all_templates

    if named is not None and no_align:
        raise typer.BadParameter("--template and --no-align exclude each other")
    if named is not None or no_align:
        return named
    found = [t.name for t in all_templates() if t.size_hw == size_hw]
    if not found:
        sizes = ", ".join(f"{t.size_hw[0]},{t.size_hw[1]} ({t.name})" for t in all_templates())
        raise typer.BadParameter(
            f"no template is {size_hw[0]} pixels high and {size_hw[1]} wide: name one with "
            f"--template, or say --no-align; they are {sizes}"
        )
    console.tell(f"faces are found and laid on the template {found[0]}")
    return found[0]


def _pair(text: str) -> tuple[int, int]:
    try:
        height, width = (int(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"--size {text!r} is not H,W") from None
    return height, width


def _shares(text: str) -> tuple[float, float, float]:
    try:
        train, val, test = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"--split {text!r} is not three numbers") from None
    return train, val, test
