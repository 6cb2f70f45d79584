"""Places in a film in words and back: index, time, time code."""

from __future__ import annotations

import re

from fhgui.session.transport import rate_of
from fhgui.session.work import Work

_CODE = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[:;](\d{1,3})")
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d{1,5}(?:\.\d*)?)")


def clock_words(time_s: float) -> str:
    """Return e.g. ``00:00:04.800``; times are cut to milliseconds after rounding once."""
    milliseconds = round(abs(time_s) * 1000)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    sign = "−" if time_s < 0 else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def time_code(index: int, rate_fps: float) -> str:
    """Return hours, minutes, seconds and frames of an index, counted without dropping any.

    At 29.97 frames/s such a code runs 3.6 s an hour behind the clock; the time of the frame is
    what `clock_words` says.
    """
    whole = max(1, round(rate_fps))
    seconds, frames = divmod(index, whole)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}:{frames:02d}"


MILLI_DIGITS, HALF_MS = 3, 0.0005


def place_of(text: str, work: Work) -> int | None:
    """Return the frame that words name: a time code with frames, or a time; None if neither.

    Parameters
    ----------
    text : e.g. ``00:00:04:24`` (frame 24 of second 4), ``00:00:04.800``, ``4.8``.
    """
    text, rate = text.strip(), rate_of(work)
    code = _CODE.fullmatch(text)
    if code is not None:
        hours, minutes, seconds, frames = (int(g or 0) for g in code.groups())
        index = (hours * 3600 + minutes * 60 + seconds) * max(1, round(rate)) + frames
        return min(index, work.count - 1)
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return None
    hours, minutes = (int(g or 0) for g in clock.groups()[:2])
    typed_s = str(clock.group(3))
    time_s = hours * 3600 + minutes * 60 + float(typed_s)
    if len(typed_s.partition(".")[2]) == MILLI_DIGITS:
        time_s += HALF_MS  # as times are shown: rounded, often to before the frame
    times = work.film.times
    index = times.index_at(time_s) if times is not None else int(time_s * rate + 1e-6)
    return min(index, work.count - 1)
