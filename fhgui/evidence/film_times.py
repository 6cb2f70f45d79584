"""The time line of a film, from its packets and without decoding any."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from fhgui.core.film import FilmTimes
from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import Entry, entry_of, is_picture
from fhgui.evidence.film import Film
from fhgui.evidence.numbering import Key, KeyMaker
from fhgui.evidence.reader import Reader


def film_times(film: Film, path: Path, rate: Fraction | None) -> FilmTimes | None:
    """Return when each picture of a film is shown; may read the whole file once.

    Parameters
    ----------
    film : the opened film; its pictures get the numbers that `Film.picture` gives them.
    rate : mean rate in 1/s, for films whose container stores no time stamps.

    Returns
    -------
    None where packets do not tell: nothing is better than times of the wrong frames.
    """
    unit = film.reader.stream.time_base
    count = film.count()
    if film.counts_by_decoding or not count:
        return None
    packets = _in_order(path, film.index.origin, by_time=film.timed)[film.lost :]
    if len(packets) != count:
        return None
    numbers = tuple(n for n, (_, begins) in enumerate(packets) if begins)
    if film.stamped and unit is not None:
        first = packets[0][0].order
        times = np.array([float((key.order - first) * unit) for key, _ in packets])
        return FilmTimes(times, numbers, stored=True)
    if rate is None:
        return None
    in_order = film.timed or not film.reader.stream.codec_context.has_b_frames
    return FilmTimes(np.arange(count) / float(rate), numbers if in_order else (), stored=False)


def _in_order(path: Path, origin: Anchor, by_time: bool) -> list[tuple[Key, bool]]:
    """Return every picture's place in presentation order, and whether decoding may begin at it."""
    reader, maker = Reader(path), KeyMaker()
    try:
        found = [
            (maker.key(packet, tag), entry_of(packet) > Entry.NONE)
            for tag, packet in enumerate(p for p in reader.find(origin) or () if is_picture(p))
        ]
    finally:
        reader.close()
    return sorted(found) if by_time else found
