"""The golden set: two pictures that come with the program, and what every method makes of them.

Results are held against their digests; where they differ, against their pictures, so that a last
bit rounded otherwise by another processor is told from a fault. ``python -m
fhgui.provenance.golden FOLDER`` makes a set anew, after weights or methods have changed.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from fhgui import paths
from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError, InadequateError, NoFaceError, RecordError
from fhgui.core.face import Box
from fhgui.core.record import Record
from fhgui.evidence.hashing import sha256_file
from fhgui.imaging.demo import demo_frame
from fhgui.methods import registry
from fhgui.plain import json_file
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.enhance import enhance
from fhgui.provenance.environment import environment
from fhgui.provenance.folder import png, write_files
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.stored import read_pixels
from fhgui.provenance.verification.findings import Verdict

LIST = "golden.json"
RESTORE = "install the program again"
DARK_QUALITY = 60
DARK_BOX = Box(144, 82, 48, 48)
"""About the face of the second picture, the first one's mirror image, darker, as JPEG."""
DARK_GAIN = 0.6


@dataclass(frozen=True)
class Golden:
    """What a method made of a picture where the set was made.

    Parameters
    ----------
    picture : name of the file in the set's folder.
    sha256 : of that file.
    box : about the face; None where it has to be found.
    method : its id.
    files : weights and gallery, name → SHA-256.
    stages : (name, SHA-256 of the pixels) from input to result.
    """

    picture: str
    sha256: str
    box: Box | None
    method: str
    files: Mapping[str, str]
    stages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """How a method's result here compares; ``text`` says what was seen."""

    picture: str
    method: str
    verdict: Verdict
    text: str


@dataclass(frozen=True)
class GoldenSet:
    """The set and where it was made (the environment, as in `Record`)."""

    folder: Path
    made_with: Mapping[str, str]
    goldens: tuple[Golden, ...]


def read_golden(folder: Path | None = None) -> GoldenSet:
    """Read the set that came with the program, or another.

    Raises
    ------
    RecordError
        If it is missing or damaged.
    """
    folder = folder or paths.resource("golden")
    try:
        content = json_file(folder / LIST)
        goldens = tuple(_golden(value) for value in content["goldens"])
        return GoldenSet(folder, dict(content["made_with"]), goldens)
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"the golden set cannot be read ({type(error).__name__})"
        raise RecordError(what, path=folder / LIST, hint=RESTORE) from error


def compare_all(golden_set: GoldenSet, tell: Callable[[str], None]) -> Iterator[Outcome]:
    """Yield how every method's result compares; one that fails is an outcome, too."""
    for golden in golden_set.goldens:
        tell(f"{golden.method} on {golden.picture}")
        try:
            yield _compared(golden, golden_set.folder)
        except FhguiError as error:
            yield _outcome(golden, Verdict.DIFFERENT, error.sentence())
    listed = {golden.method for golden in golden_set.goldens}
    for method in registry.method_ids():
        if method not in listed:
            yield Outcome("", method, Verdict.DIFFERENT, "is not in the golden set")


def make(folder: Path) -> GoldenSet:
    """Write the set anew into a folder and return it.

    Raises
    ------
    FhguiError
        If a method fails.
    """
    pictures = {"demo.png": (png(demo_frame()), None), "dark.jpg": (_dark_jpeg(), DARK_BOX)}
    write_files({name: data for name, (data, _) in pictures.items()}, folder, force=True)
    rows = []
    for name, (_, box) in pictures.items():
        for method in registry.method_ids():
            try:
                run = _run(folder / name, method, box)
            except (NoFaceError, InadequateError):  # it refuses this picture, and rightly so
                continue
            rows.append(_row(run, name, box))
            picture = {_picture(name, method): png(run.result.pixels)}
            write_files(picture, folder, force=True)
    content = {"made_with": environment(), "goldens": rows}
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    write_files({LIST: text.encode()}, folder, force=True)
    return read_golden(folder)


def _dark_jpeg() -> bytes:
    mirrored = ImageOps.mirror(Image.fromarray(demo_frame()))
    buffer = io.BytesIO()
    dark = mirrored.point(lambda value: round(value * DARK_GAIN))
    dark.save(buffer, "JPEG", quality=DARK_QUALITY)
    return buffer.getvalue()


def _run(picture: Path, method: str, box: Box | None) -> Run:
    kind = PlacementKind.AUTO if box is None else PlacementKind.BOX
    placement = Placement(kind, box)
    run = enhance(EnhanceRequest(picture, method, placement, device="cpu", threads=1))
    if run.error is not None:
        raise run.error
    return run


def _row(run: Run, picture: str, box: Box | None) -> dict[str, Any]:
    return {
        "picture": picture,
        "sha256": run.record.evidence.sha256,
        "box": None if box is None else [box.x, box.y, box.w, box.h],
        "method": run.record.method,
        "files": _files(run.record),
        "stages": [[stage.name, pixels_digest(stage.pixels)] for stage in run.stages],
    }


def _golden(value: Mapping[str, Any]) -> Golden:
    box = value["box"]
    return Golden(
        picture=str(value["picture"]),
        sha256=str(value["sha256"]),
        box=None if box is None else Box(*(int(number) for number in box)),
        method=str(value["method"]),
        files={str(name): str(digest) for name, digest in value["files"].items()},
        stages=tuple((str(name), str(digest)) for name, digest in value["stages"]),
    )


def _files(record: Record) -> dict[str, str]:
    return {file.name: file.sha256 for file in (*record.weights, *record.gallery)}


def _picture(picture: str, method: str) -> str:
    return f"{Path(picture).stem}/{method}.png"


def _compared(golden: Golden, folder: Path) -> Outcome:
    source = folder / golden.picture
    if not source.is_file() or sha256_file(source) != golden.sha256:
        return _outcome(golden, Verdict.TAMPERED, f"{golden.picture} is missing or was changed")
    run = _run(source, golden.method, golden.box)
    files = _files(run.record)
    other = sorted(name for name in golden.files if files.get(name) != golden.files[name])
    if other:
        return _outcome(golden, Verdict.DIFFERENT, f"uses other files: {', '.join(other)}")
    made = tuple((stage.name, pixels_digest(stage.pixels)) for stage in run.stages)
    if made == golden.stages:
        return _outcome(golden, Verdict.EXACT, f"all {len(made)} stages are bit-identical")
    return _held_against(golden, folder, run.result.pixels, _first_other(made, golden.stages))


def _held_against(golden: Golden, folder: Path, result: Pixels, since: str) -> Outcome:
    before = read_pixels(folder / _picture(golden.picture, golden.method))
    if pixels_digest(before) != golden.stages[-1][1]:
        return _outcome(golden, Verdict.TAMPERED, "the golden result was changed")
    if before.shape != result.shape:
        return _outcome(golden, Verdict.DIFFERENT, f"the result has another size{since}")
    gap = np.abs(before.astype(np.int16) - result)
    text = f"{np.count_nonzero(gap)} of {gap.size} samples of the result differ, by at most "
    verdict = Verdict.EQUIVALENT if gap.max() <= 1 else Verdict.DIFFERENT
    return _outcome(golden, verdict, f"{text}{gap.max()} grey levels{since}")


def _first_other(made: tuple[tuple[str, str], ...], expected: tuple[tuple[str, str], ...]) -> str:
    pairs = zip(made, expected, strict=False)
    names = [here[0] for here, there in pairs if here != there]
    return f"; the first stage to differ is {names[0]}" if names else "; stages are missing"


def _outcome(golden: Golden, verdict: Verdict, text: str) -> Outcome:
    return Outcome(golden.picture, golden.method, verdict, text)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print(f"{made.folder}: {len(made.goldens)} results")
