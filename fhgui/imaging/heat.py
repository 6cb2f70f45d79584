"""The colours of maps of doubt, the same in the window and in reports."""

from __future__ import annotations

from functools import cache

import numpy as np

from fhgui.core.arrays import AnyArray, Pixels

ANCHORS = (
    (0.0, (0, 0, 4)),
    (0.2, (66, 10, 104)),
    (0.4, (147, 38, 103)),
    (0.6, (221, 81, 58)),
    (0.8, (252, 165, 10)),
    (1.0, (252, 255, 164)),
)
"""Matplotlib's perceptually uniform map ``inferno`` at six points, linear between them."""

NOT_KNOWN = 128
"""Grey of places where a map has no value."""


def inferno(values: AnyArray, top: float) -> Pixels:
    """Return H×W values 0–``top`` as H×W×3 uint8 colours, black to bright yellow; NaN is grey."""
    places = np.nan_to_num(np.clip(values * (255.0 / top), 0, 255)).astype(np.uint8)
    colours = inferno_table()[places]
    colours[np.isnan(values)] = NOT_KNOWN
    return colours


@cache
def inferno_table() -> Pixels:
    """Return the 256×3 uint8 colours of `inferno`; not to be written to."""
    at = np.linspace(0, 1, 256)
    places = [place for place, _ in ANCHORS]
    channels = [np.interp(at, places, [colour[c] for _, colour in ANCHORS]) for c in range(3)]
    table: Pixels = np.stack(channels, axis=1).round().astype(np.uint8)
    table.flags.writeable = False
    return table
