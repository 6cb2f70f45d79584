"""Videos: every frame by index or by time, the same pixels whatever was asked for before."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av

from fhgui.core.errors import EvidenceError, InputError
from fhgui.core.fields import Fields
from fhgui.core.film import FilmTimes
from fhgui.core.frame import Frame
from fhgui.evidence.decoded import Picture
from fhgui.evidence.files import check_file
from fhgui.evidence.film import Film
from fhgui.evidence.film_times import film_times
from fhgui.evidence.rendering import conversion_notes, to_rgb8, turn_of
from fhgui.evidence.source_info import SourceInfo
from fhgui.evidence.video_facts import describe, mean_rate, rate_notes, shape_notes


@contextmanager
def _showing(path: Path) -> Iterator[None]:
    """Refuse samples whose stated format or colours FFmpeg cannot turn into pixels."""
    try:
        yield
    except (av.FFmpegError, OSError, ZeroDivisionError) as error:
        raise EvidenceError(
            f"a frame's samples cannot be shown ({' '.join(str(error).split())[:120]})",
            path=path,
            hint="the file is damaged: copy it from its origin again",
        ) from error
    except ValueError as error:
        raise EvidenceError(
            f"a frame's samples cannot be shown: {' '.join(str(error).split())[:120]}",
            path=path,
            hint="if the file is not damaged, convert a copy of it with another program",
        ) from error


class VideoSource:
    """A video file.

    Frames are numbered from 0 in presentation order. Times are seconds from the first frame;
    `Frame.pts` is the stamp stored in the file, or None where the file stores none.

    A frame whose data are damaged is given as the decoder makes it up, with a note, and so are
    the frames up to the next clean key frame; one that cannot be decoded at all keeps its index
    and is refused.

    Parameters
    ----------
    path : the file.
    fields : which of the two fields of every frame are shown.

    Raises
    ------
    EvidenceError
        It is no video that can be read, or holds no picture that can be decoded.
    """

    def __init__(self, path: Path, fields: Fields = Fields.WOVEN) -> None:
        self._path, self._fields = path, fields
        size_bytes = check_file(path)
        self._film = Film(path, size_bytes)
        try:
            with _showing(path):
                self._turn = turn_of(self._film.first.frame)
                self._info = describe(self._film, self._turn, size_bytes, path.name)
        except BaseException:
            self._film.close()
            raise
        self._rate = mean_rate(self._film)
        self._first_pts = self._film.first.frame.pts or 0

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def info(self) -> SourceInfo:
        """What is known about the video; the count becomes exact when the file was counted."""
        known = self._film.known_count
        if known is not None and not self._info.frame_count_exact:
            self._info = dataclasses.replace(self._info, frame_count=known, frame_count_exact=True)
        return self._info

    def frame(self, index: int) -> Frame:
        """Return a frame by its position in presentation order, from 0."""
        if not self._film.has(index):
            count = self.count()
            raise InputError(
                f"there is no frame {index}: the video has {count} frames, 0 to {count - 1}",
                path=self._path,
            )
        picture = self._film.picture(index)
        if picture is None:
            near = " and ".join(map(str, self._film.near(index)))
            raise EvidenceError(
                f"frame {index} is damaged and cannot be decoded",
                path=self._path,
                hint=f"the nearest whole frames are {near}" if near else "try another frame",
            )
        return self._as_frame(picture)

    def frame_at(self, time_s: float) -> Frame:
        """Return the frame shown at a time, in seconds from the first frame.

        A frame is shown until the next one's time; the last one for a frame at the mean rate.
        Where the time stamps jump back (recordings joined end to end), the last part of the file
        that has the time is meant.
        """
        found = self._index_at(time_s) if math.isfinite(time_s) and time_s >= 0 else None
        if found is None:
            raise InputError(f"no frame is shown at {time_s:g} s", path=self._path)
        frame = self.frame(found)
        shown_s = float(1 / self._rate) if self._rate else 1.0
        is_last = not self._film.has(found + 1)
        if is_last and frame.time_s is not None and time_s > frame.time_s + shown_s:
            raise InputError(
                f"no frame is shown at {time_s:g} s: the video ends at "
                f"{frame.time_s + shown_s:.3f} s",
                path=self._path,
            )
        return frame

    def count(self) -> int:
        """Return the exact number of frames; may read the whole file the first time."""
        return self._film.count()

    def times(self) -> FilmTimes | None:
        """Return when every frame is shown, as far as packets tell; may read the whole file."""
        return film_times(self._film, self._path, self._rate)

    def close(self) -> None:
        """Let go of the file; closing twice does no harm."""
        self._film.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def _index_at(self, time_s: float) -> int | None:
        """Return the index of the frame shown at a time; it may lie behind the last one's end."""
        unit = self._film.reader.stream.time_base
        if self._film.timed and self._film.stamped and unit is not None:
            # A hundredth of a tick forgives the rounding of times that were printed or passed on.
            ticks = math.floor(Fraction(time_s) / unit + Fraction(1, 100))
            return self._film.number_at(self._first_pts + ticks)
        if self._rate is None:
            return None
        index = math.floor(Fraction(time_s) * self._rate + Fraction(1, 100))
        return min(index, self.count() - 1)

    def _as_frame(self, picture: Picture) -> Frame:
        pts, time_s = picture.frame.pts if self._film.stamped else None, None
        unit = self._film.reader.stream.time_base
        if pts is not None and unit is not None:
            time_s = float((pts - self._first_pts) * unit)
        elif self._rate:
            time_s = float(picture.number / self._rate)
        with _showing(self._path):
            if picture.frame.rotation != self._turn.degrees:
                self._turn = turn_of(picture.frame)
            notes = conversion_notes(picture.frame, self._turn, self._fields)
            notes = (*notes, *shape_notes(self._film.reader.stream, self._turn))
            if pts is None:
                notes = (*notes, *rate_notes(self._film.reader, self._rate))
            pixels = to_rgb8(picture.frame, self._turn, self._fields)
        height, width, _ = pixels.shape
        if (width, height) != (self._info.width, self._info.height):
            notes = (f"the video's size changes; this frame has {width} × {height}", *notes)
        if picture.doubt:
            notes = (picture.doubt, *notes)
        return Frame(
            pixels,
            index=picture.number,
            pts=pts,
            time_s=time_s,
            key_frame=picture.frame.key_frame,
            notes=notes,
            fields=self._fields,
        )
