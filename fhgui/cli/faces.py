"""``fhgui faces``: the faces of a picture, a frame or a whole clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.alignment.adequacy import assess_face
from fhgui.alignment.detection import find_faces
from fhgui.cli.console import FrameOption, JsonOption, emit, tell
from fhgui.core.arrays import Pixels
from fhgui.core.face import Box, DetectedFace
from fhgui.evidence.source import Source, open_source
from fhgui.imaging.blur import Blur, estimate_blur

SURROUNDINGS = 0.2
"""Share of a face's box around it in which its blur is judged: the detector's is tight."""


def faces(
    file: Annotated[Path, typer.Argument(help="Picture or video.")],
    frame: FrameOption = 0,
    all_frames: Annotated[bool, typer.Option("--all-frames", help="Look in every frame.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Find faces: box, score, landmarks, size in pixels, adequacy class, a guess at the blur."""
    with open_source(file) as source:
        indices = range(source.count()) if all_frames else range(frame, frame + 1)
        found = list(_found(source, indices))
    if not found:
        tell(
            "no face was found; mark the eyes by hand with --landmarks, or draw a --box "
            "(with --auto it is put upright without landmarks)"
        )
    emit(as_json, {"faces": found}, lambda: _show(found))


def _found(source: Source, indices: range) -> Iterator[dict[str, Any]]:
    for index in indices:
        if len(indices) > 1:
            tell(f"frame {index + 1}/{len(indices)}")
        pixels = source.frame(index).pixels
        for face in find_faces(pixels):
            yield _entry(index, face, estimate_blur(_with_surroundings(pixels, face.box)))


def _with_surroundings(pixels: Pixels, box: Box) -> Pixels:
    across, down = round(SURROUNDINGS * box.w), round(SURROUNDINGS * box.h)
    top, left = max(box.y - down, 0), max(box.x - across, 0)
    return pixels[top : box.y + box.h + down, left : box.x + box.w + across]


def _entry(index: int, face: DetectedFace, blur: Blur | None) -> dict[str, Any]:
    adequacy = assess_face(face.box, face.landmarks)
    return {
        "frame": index,
        "box": [face.box.x, face.box.y, face.box.w, face.box.h],
        "score": face.score,
        "landmarks": face.landmarks.tolist(),
        "face_px": adequacy.face_px,
        "interocular_px": adequacy.interocular_px,
        "density_px_per_m": adequacy.density_px_per_m,
        "adequacy": adequacy.adequacy.value,
        "blur": blur and {**asdict(blur), "words": blur.words},
    }


def _show(found: list[dict[str, Any]]) -> None:
    for face in found:
        x, y, w, h = face["box"]
        print(
            f"frame {face['frame']}: box {x},{y},{w},{h}  score {face['score']:.2f}  "
            f"face {face['face_px']:.1f} px, eyes {face['interocular_px']:.1f} px apart  "
            f"{face['density_px_per_m']:.0f} px/m: {face['adequacy']}  "
            f"blur (estimated): {face['blur']['words'] if face['blur'] else 'too small to tell'}"
        )
