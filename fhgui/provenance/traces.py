"""What a run was traced to, as JSON and as pictures: for the command line and for files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fhgui.core.contributions import Source, Traced
from fhgui.core.errors import InputError
from fhgui.imaging.colour import to_float
from fhgui.imaging.exemplar_maps import tinted
from fhgui.provenance.folder import png
from fhgui.provenance.records import read_record
from fhgui.provenance.sources import again_words, whose_words
from fhgui.provenance.stored import stored_run
from fhgui.provenance.tracing import glimpses, place_sheet, traced_run

XY = tuple[int, int]
SHEET = 12
"""Windows on the sheet of a place, those that count most."""


def traced_folder(path: Path) -> Traced:
    """Trace a run that was written to a folder.

    Parameters
    ----------
    path : the folder, or the record in it.

    Raises
    ------
    RecordError
        If it is no run, or its pictures are not those of the record.
    FhguiError
        As of `traced_run`.
    """
    file = path / "record.json" if path.is_dir() else path
    return traced_run(stored_run(read_record(file), file.parent))


def trace_json(traced: Traced, places: Sequence[XY]) -> dict[str, Any]:
    """Return the shares of the exemplars in the whole face, and all sources of some places.

    Raises
    ------
    InputError
        If a place is not on the face.
    """
    found = traced.contributions
    height, width = found.size_hw
    return {
        "gallery": {"name": traced.gallery.name, "sha256": traced.gallery.sha256},
        "whose": whose_words(traced),
        "made_again": again_words(traced),
        "size_hw": [height, width],
        "exemplars": [
            {"exemplar": int(n), "name": found.names[n], "share": float(found.shares[n])}
            for n in found.largest(len(found.names))
        ],
        "places": [_place_json(traced, place) for place in places],
    }


def trace_files(traced: Traced, places: Sequence[XY]) -> dict[str, bytes]:
    """Return relative path → content: the map of who leads, a sheet for each place, the JSON.

    Raises
    ------
    WeightsError
        If the gallery's pictures cannot be read.
    """
    files = {"leading.png": png(tinted(traced.contributions, to_float(traced.result)))}
    for x, y in places:
        shown = glimpses(traced.gallery, traced.array, _sources(traced, (x, y))[:SHEET])
        if shown:
            files[f"at-{x}-{y}.png"] = png(place_sheet(traced.result, (x, y), shown))
    text = json.dumps(trace_json(traced, places), ensure_ascii=False, indent=1, sort_keys=True)
    return {**files, "trace.json": text.encode("utf-8", "replace") + b"\n"}


def _sources(traced: Traced, at_xy: XY) -> tuple[Source, ...]:
    try:
        return traced.contributions.at(*at_xy)
    except ValueError as error:
        raise InputError(str(error), hint="give a pixel of result.png") from error


def _place_json(traced: Traced, at_xy: XY) -> dict[str, Any]:
    x, y = at_xy
    sources = [_source_json(source) for source in _sources(traced, at_xy)]
    count = float(traced.contributions.spread.count[y, x])
    return {"x": x, "y": y, "count": count, "sources": sources}


def _source_json(source: Source) -> dict[str, Any]:
    box = source.box
    return {
        "exemplar": source.exemplar,
        "name": source.name,
        "share": source.share,
        "weight": source.weight,
        "windows": source.windows,
        "mirrored": source.mirrored,
        "box": [box.x, box.y, box.w, box.h],
        "at": list(source.at_xy),
    }
