"""The time line of a film, from its packets and without decoding any."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from fhgui.core.film import FilmTimes
from fhgui.evidence.anchors import Anchor
from fhgui.evidence.entry_points import is_picture
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
    if film.timed and unit is not None:
        keys = _keys_in_order(path, film.index.origin)[film.lost :]
        if len(keys) != count:
            return None
        numbers = tuple(n for n, (_, is_key_frame) in enumerate(keys) if is_key_frame)
        if film.stamped:
            first = keys[0][0].order
            times = np.array([float((key.order - first) * unit) for key, _ in keys])
            return FilmTimes(times, numbers, stored=True)
    else:
        numbers = tuple(film.index.anchors[n].first for n in range(len(film.index.anchors)))
    if rate is None:
        return None
    return FilmTimes(np.arange(count) / float(rate), numbers, stored=False)


def _keys_in_order(path: Path, origin: Anchor) -> list[tuple[Key, bool]]:
    """Return every packet's place in presentation order, and whether it is a key frame's."""
    reader, maker = Reader(path), KeyMaker()
    try:
        found = [
            (maker.key(packet, tag), packet.is_keyframe)
            for tag, packet in enumerate(p for p in reader.find(origin) or () if is_picture(p))
        ]
    finally:
        reader.close()
    return sorted(found)
