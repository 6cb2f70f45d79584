"""What stands in the tree of the case, in words and pictures; nothing here draws.

Rows are compared with those shown before, so that a tree that has not changed is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from fhgui.core.arrays import Pixels
from fhgui.core.face import Box, PlacedBy
from fhgui.core.text import visible
from fhgui.session.item_keys import export_key, face_key, frame_key, result_key, source_key
from fhgui.session.marking import Marking
from fhgui.session.messages import ExportMade
from fhgui.session.notes import MarkedFrame
from fhgui.session.places import clock_words
from fhgui.session.results import FaceWork, Result, Status
from fhgui.session.session import Session
from fhgui.session.work import Work

PLACED = {
    PlacedBy.ANALYST: "points by analyst",
    PlacedBy.AUTO: "points found",
    PlacedBy.SNAPPED: "points snapped",
    PlacedBy.TRACKED: "points carried over",
    PlacedBy.NETWORK: "upright by network",
    PlacedBy.BOX: "crop only",
    PlacedBy.ALIGNED: "used as it is",
}


class Kind(StrEnum):
    """What a row stands for."""

    HEADING = "heading"
    SOURCE = "source"
    MARK = "marked frame"
    CROP = "crop"
    FACE = "face"
    RESULT = "result"
    EXPORT = "export"
    DELETED = "deleted item"


@dataclass(frozen=True)
class Thumb:
    """A picture; two with the same ``id`` are the same."""

    id: tuple[object, ...]
    pixels: Pixels = field(compare=False, repr=False)


@dataclass(frozen=True)
class Row:
    """One row and those below it.

    Parameters
    ----------
    id : unique in the tree.
    title, second : its two lines; ``tone`` is the colour of the second.
    given : its title without a name by the analyst.
    key : key of its name and note; empty where it can have none.
    note, tip : note by the analyst, and everything else known about it.
    work, number : what it stands for: index of a frame, number of a face or job of a result.
    """

    kind: Kind
    id: str
    title: str
    second: str = ""
    tone: str = "muted"
    given: str = ""
    key: str = ""
    note: str = ""
    tip: str = ""
    picture: Thumb | None = None
    number: int = 0
    rows: tuple[Row, ...] = ()
    work: Work | None = field(default=None, compare=False, repr=False)

    @property
    def shape(self) -> tuple[object, ...]:
        """The ids of it and of all below: while they stay, rows are only painted anew."""
        return (self.id, *(row.shape for row in self.rows))


def rows_of(session: Session) -> tuple[Row, ...]:
    """Return the rows of a case, top down."""
    rows: list[Row] = [_heading("Sources")] if session.works else []
    rows += [_source(session, work) for work in session.works]
    exports = [_export(session, e) for e in session.casework.exports if _is_shown(session, e)]
    if exports:
        rows += [_heading("Exports"), *reversed(exports)]
    deleted = session.notes.value.deleted
    if deleted:
        rows += [_heading("Deleted"), *(_deleted(key, deleted[key]) for key in deleted)]
    return tuple(rows)


def _is_shown(session: Session, made: ExportMade) -> bool:
    return not session.notes.is_deleted(export_key(made.manifest))


def _heading(text: str) -> Row:
    return Row(Kind.HEADING, f"heading {text}", text)


def _row(session: Session, kind: Kind, given: str, key: str, **more: object) -> Row:
    """Return a row with the name and note that the analyst gave its item."""
    notes = session.notes.value
    name, note = notes.names.get(key, ""), notes.texts.get(key, "")
    values: dict[str, object] = {"id": f"{kind} {key}", **more}
    tip = "\n".join(part for part in (name and given, str(more.get("tip", "")), note) if part)
    values["tip"] = tip
    return Row(kind=kind, title=name or given, given=given, key=key, note=note, **values)  # type: ignore[arg-type]  # by name


def _source(session: Session, work: Work) -> Row:
    second, tone = (work.trouble, "amber") if work.trouble else (_describe(work), "muted")
    return _row(
        session,
        Kind.SOURCE,
        visible(work.path.name, 200),
        source_key(work.path),
        second=second,
        tone=tone,
        tip=_facts(work),
        picture=_frame_thumb(session, work, 0),
        work=work,
        rows=tuple(_below(session, work)),
    )


def _below(session: Session, work: Work) -> Iterator[Row]:
    """Yield marked frames, the crop that was not run yet, and faces with their results."""
    for mark in session.notes.marks_of(work.path):
        yield _mark(session, work, mark)
    faces = work.shown_faces
    for face in faces:
        yield _face(session, work, face)
    marking = work.markings.value
    run = any(_same_place(face.marking, marking) for face in faces)
    if marking.placement() is not None and not run:
        yield _crop(work, marking)


def _same_place(one: Marking, other: Marking) -> bool:
    """Tell whether two markings lay the face at the same place, whoever laid it there."""
    return (one.box, one.points, one.aligned) == (other.box, other.points, other.aligned)


def _mark(session: Session, work: Work, mark: MarkedFrame) -> Row:
    frame, at = f"Frame {mark.frame_index}", _when(work, mark.frame_index)
    row = _row(
        session,
        Kind.MARK,
        frame,
        frame_key(mark.path, mark.frame_index),
        second=f"marked · {at}" if at else "marked",
        tone="amber",
        picture=_frame_thumb(session, work, mark.frame_index),
        number=mark.frame_index,
        work=work,
    )
    if not mark.label:
        return row
    return replace(row, title=mark.label, second=f"{frame} · {at}" if at else frame)


def _when(work: Work, index: int) -> str:
    """Return the time at which a frame is shown, where it is known and not only estimated."""
    times = work.film.times
    if times is not None and index < len(times.times_s):
        return clock_words(times.times_s[index])
    frame = work.frame
    return clock_words(frame.time_s) if frame and frame.index == index and frame.time_s else ""


def _crop(work: Work, marking: Marking) -> Row:
    box = marking.box
    size = f"{box.w:.0f}×{box.h:.0f} px · " if box is not None else ""
    return Row(
        Kind.CROP,
        f"crop {work.path}",
        "Crop" if box is not None else PLACED[marking.placed_by].capitalize(),
        f"{size}not enhanced yet",
        picture=_crop_thumb(work, box),
        work=work,
    )


def _face(session: Session, work: Work, face: FaceWork) -> Row:
    given = f"Face {face.number}"
    if face.marking.box is not None:
        given += f" · {face.marking.box.w:.0f}×{face.marking.box.h:.0f} px"
    where = f"frame {face.frame_index} · " if work.count > 1 else ""
    key = face_key(face)
    cut = face.face
    return _row(
        session,
        Kind.FACE,
        given,
        key,
        id=f"face {work.path} {face.number}",
        second=where + _describe_face(face),
        picture=None if cut is None else Thumb(("face", id(cut)), cut.pixels),
        number=face.number,
        work=work,
        rows=tuple(_result(session, work, result) for result in face.results),
    )


def _result(session: Session, work: Work, result: Result) -> Row:
    words, tone = _describe_result(result)
    picture = None
    if result.stages:
        picture = Thumb(("result", result.job, len(result.stages)), result.stages[-1].pixels)
    return _row(
        session,
        Kind.RESULT,
        result.label,
        result_key(result),
        id=f"result {result.job}",
        second=words,
        tone=tone,
        tip=result.message or result.title,
        picture=picture,
        number=result.job,
        work=work,
    )


def _export(session: Session, made: ExportMade) -> Row:
    results = "1 result" if made.results == 1 else f"{made.results} results"
    words = [results, "signed" if made.signed else "not signed", _day(made.at_utc)]
    return _row(
        session,
        Kind.EXPORT,
        visible(Path(made.folder).name, 200),
        export_key(made.manifest),
        second=" · ".join(words) if made.there else "the folder is not there any more",
        tone="muted" if made.there else "amber",
        tip=visible(made.folder),
    )


def _deleted(key: str, called: str) -> Row:
    kind = key.partition(":")[0]
    return Row(Kind.DELETED, f"deleted {key}", called, f"{kind} · restore with Enter", key=key)


def _frame_thumb(session: Session, work: Work, index: int) -> Thumb | None:
    pixels = session.glimpses.get(work.path, index)
    return None if pixels is None else Thumb(("frame", work.path, index, id(pixels)), pixels)


def _crop_thumb(work: Work, box: Box | None) -> Thumb | None:
    if work.frame is None or box is None:
        return None
    h, w = work.frame.size_hw
    left, top = max(0, round(box.x)), max(0, round(box.y))
    right, bottom = min(w, round(box.x + box.w)), min(h, round(box.y + box.h))
    if right - left < 1 or bottom - top < 1:
        return None
    frame = work.frame
    key = ("crop", work.path, frame.index, frame.fields, box)
    return Thumb(key, frame.pixels[top:bottom, left:right].copy())  # a view would hold the frame


def _day(at_utc: str) -> str:
    try:
        at = datetime.fromisoformat(at_utc).astimezone()
    except ValueError:
        return at_utc
    today = at.date() == datetime.now().astimezone().date()
    return at.strftime("%H:%M") if today else at.strftime("%Y-%m-%d %H:%M")


def _describe(work: Work) -> str:
    """Return e.g. ``265 frames · 25 fps · sha256 9f3c…e1`` or ``352×288 · sha256 9f3c…e1``."""
    info = work.info
    if info is None:
        return "opening …" if work.readable else "is not there any more"
    digest = f"sha256 {work.sha256[:4]}…{work.sha256[-2:]}" if work.sha256 else "hashing …"
    if info.kind == "video":
        rate = f" · {info.rate_fps:.4g} fps" if info.rate_fps else ""
        return f"{work.count} frames{rate} · {digest}"
    return f"{info.width}×{info.height} · {digest}"


def _facts(work: Work) -> str:
    """Return everything known about a source, one fact a line."""
    lines = [visible(str(work.path)), f"SHA-256 {work.sha256 or 'is being computed'}"]
    info = work.info
    if info is not None:
        lines.append(f"{info.container}, {info.codec}, {info.width}×{info.height}")
        lines.append(f"{info.size_bytes:,} bytes, {info.bit_depth} bit")
        if work.is_film:
            counted = "" if work.counted else "about "
            rate = f", {info.rate_fps:.6g} frames/s" if info.rate_fps else ""
            lines.append(f"{counted}{work.count} frames{rate}, time base {info.time_base}")
        lines += [*info.notes, *(f"{key}: {value}" for key, value in info.metadata[:12])]
    return "\n".join(lines)


def _describe_face(face: FaceWork) -> str:
    words = PLACED[face.marking.placed_by]
    cut = face.face
    if cut is not None:
        words = PLACED[cut.alignment.placed_by]
        if cut.alignment.landmarks is not None:
            words += f", residual {cut.alignment.rms_px:.1f} px"
    return words


def _describe_result(result: Result) -> tuple[str, str]:
    if result.status is Status.COMPLETED and result.run is not None:
        seconds = "" if result.seconds is None else f"{result.seconds:.1f} s · "
        again = " · from an earlier run" if result.reused else ""
        return f"{seconds}{result.run.record.device}{again}", "muted"
    if result.status is Status.FAILED:
        return f"failed: {result.message}", "red"
    if result.status is Status.RUNNING and result.total:
        return f"stage {len(result.stages)} of {result.total}", "accent"
    return result.status.value, "amber" if result.status is Status.CANCELLED else "muted"
