"""``fhgui faces``: the faces of a picture, a frame or a whole clip."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.alignment.adequacy import assess_face
from fhgui.alignment.detection import find_faces
from fhgui.alignment.following import Searched, follow
from fhgui.cli.console import DeinterlaceOption, FrameOption, JsonOption, emit, tell
from fhgui.cli.wear import show_wear, wear_of
from fhgui.core.arrays import Pixels
from fhgui.core.face import Box, DetectedFace, FoundBy, density_words, spread_words
from fhgui.core.fields import Fields
from fhgui.core.track import FaceTrack, Waypoint
from fhgui.evidence.source import Source, open_source
from fhgui.imaging.blur import Blur, estimate_blur

SURROUNDINGS = 0.2
"""Share of a face's box around it in which its blur is judged: the detector's is tight."""


def faces(
    file: Annotated[Path, typer.Argument(help="Picture or video.")],
    frame: FrameOption = 0,
    all_frames: Annotated[
        bool, typer.Option("--all-frames", help="Follow faces through a whole video.")
    ] = False,
    deinterlace: DeinterlaceOption = Fields.WOVEN,
    as_json: JsonOption = False,
) -> None:
    """Find faces: box, score, landmarks, size in pixels, adequacy class, a guess at the blur.

    With --all-frames the faces of a video are followed: some frames a second are searched, between
    them faces are carried on by optical flow, and what is seen once only is dropped.
    """
    with open_source(file, deinterlace) as source:
        if all_frames and source.count() > 1:
            payload = _followed(source)
        else:
            payload = {"faces": _found(source, frame)}
        best = payload["tracks"][0]["best"] if payload.get("tracks") else frame
        payload["wear"] = wear_of(source, best)
    if not payload["faces"]:
        tell(
            "no face was found; mark the eyes by hand with --landmarks, or draw a --box "
            "(with --auto it is put upright without landmarks)"
        )
    emit(as_json, payload, lambda: _show(payload))


def _found(source: Source, index: int) -> list[dict[str, Any]]:
    pixels = source.frame(index).pixels
    return [_entry(index, face, _blur(pixels, face.box)) for face in find_faces(pixels)]


def _followed(source: Source) -> dict[str, Any]:
    """Return every face of every frame, and the tracks that they belong to."""
    tracks: tuple[FaceTrack, ...] = ()
    last = source.count() - 1
    for step in follow(lambda i: source.frame(i).pixels, 0, last, source.info.rate_fps):
        if isinstance(step, Searched):
            damaged = " is damaged and left out" if step.damaged else ""
            tell(f"searched {step.done}/{step.total}: frame {step.frame_index}{damaged}")
        else:
            tracks = step.tracks
    faces = [_waypoint(source, track, place) for track in tracks for place in track.path]
    faces.sort(key=lambda face: (face["frame"], face["track"]))
    return {"faces": faces, "tracks": [_track(track) for track in tracks]}


def _waypoint(source: Source, track: FaceTrack, place: Waypoint) -> dict[str, Any]:
    """Return a face that was followed: its score is that of the sighting nearest in time."""
    near = min(track.sightings, key=lambda s: abs(s.frame_index - place.frame_index))
    face = replace(near.face, box=place.box, landmarks=place.landmarks)
    if near.frame_index != place.frame_index:  # nobody looked here
        face = replace(face, spread_px=None)
    blur = None
    if place.frame_index == track.best.frame_index:
        blur = _blur(source.frame(place.frame_index).pixels, place.box)
    entry = _entry(place.frame_index, face, blur)
    return {**entry, "track": track.number, "seen": place.seen}


def _track(track: FaceTrack) -> dict[str, Any]:
    quality = asdict(track.best.quality)
    return {
        "track": track.number,
        "first": track.first,
        "last": track.last,
        "best": track.best.frame_index,
        "quality": quality,
        "seen_frames": [sighting.frame_index for sighting in track.sightings],
        "score": max(sighting.face.score for sighting in track.sightings),
    }


def _blur(pixels: Pixels, box: Box) -> Blur | None:
    return estimate_blur(_with_surroundings(pixels, box))


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
        "found_by": face.found_by.value,
        "landmarks": face.landmarks.tolist(),
        "landmark_spread_px": face.spread_px,
        "face_px": adequacy.face_px,
        "interocular_px": adequacy.interocular_px,
        "density_px_per_m": adequacy.density_px_per_m,
        "adequacy": adequacy.adequacy.value,
        "blur": blur and {**asdict(blur), "words": blur.words},
    }


def _show(payload: dict[str, Any]) -> None:
    """Print every face, or of those that were followed only the best frame."""
    for track in payload.get("tracks", ()):
        print(
            f"face {track['track']}: frames {track['first']} to {track['last']}, seen in "
            f"{len(track['seen_frames'])}, best in frame {track['best']}"
        )
    best = {track["track"]: track["best"] for track in payload.get("tracks", ())}
    for face in payload["faces"]:
        if "track" not in face or face["frame"] == best[face["track"]]:
            print(_line(face))
    show_wear(payload["wear"])


def _line(face: dict[str, Any]) -> str:
    x, y, w, h = face["box"]
    scale, spread_px = FoundBy(face["found_by"]).scale, face["landmark_spread_px"]
    sure = "" if spread_px is None else f"{spread_words(spread_px)}  "
    return (
        f"frame {face['frame']}: box {x},{y},{w},{h}  {scale} {face['score']:.2f}  {sure}"
        f"face {face['face_px']:.1f} px, eyes {face['interocular_px']:.1f} px apart  "
        f"{density_words(face['density_px_per_m'])}: {face['adequacy']}  "
        f"blur (estimated): {face['blur']['words'] if face['blur'] else 'too small to tell'}"
    )
