"""Where a result lies, and how it gets there: as a whole, once, whoever else tries.

Nothing of the evidence's names is part of a path. Pictures are not forced to the disk one by one
(that would take longer than most methods); the batch does so for all before it says that it is
done, and a result that lost its pictures with the power is told by `finished`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from fhgui.core.errors import RecordError
from fhgui.core.record import Outcome, Record
from fhgui.provenance import durable
from fhgui.provenance.folder import stage_file
from fhgui.provenance.records import is_sealed, parse_record, record_file

RESULTS = "results"
RECORD = "record.json"
KEY_DIGITS = 32
END_OF_PNG = b"IEND\xaeB`\x82"


def place_of(key: str, method: str) -> str:
    """Return the relative path of a result's folder; one of 256 folders holds it."""
    return f"{RESULTS}/{key[:2]}/{method}-{key[:KEY_DIGITS]}"


def finished(folder: Path) -> Record | None:
    """Return the record of a result that is there, sealed, with all of its pictures."""
    if not (folder / RECORD).is_file():
        return None
    try:
        record = parse_record(record_file(folder / RECORD), folder / RECORD)
    except RecordError:
        return None
    if not is_sealed(record) or record.outcome is not Outcome.COMPLETED:
        return None
    pictures = [stage_file(number, stage.name) for number, stage in enumerate(record.stages)]
    whole = all(_is_whole(folder / name) for name in ("input.png", "result.png", *pictures))
    return record if whole else None


def store(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a result's folder by one rename; if another worker was first, its folder stays.

    What lies in its place and is no whole result is kept beside it.

    Raises
    ------
    OutputError
        If the disk does not take it; nothing is left there then.
    """
    with durable.writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and finished(folder) is None:
            folder.rename(folder.with_name(f"{folder.name}.damaged-{uuid4().hex}"))
        scratch = durable.unfinished(folder.with_name(f"{folder.name}-{uuid4().hex}"))
        scratch.mkdir()
        try:
            for name, data in files.items():
                (scratch / name).parent.mkdir(exist_ok=True)
                (scratch / name).write_bytes(data)
            _rename(scratch, folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def remove_unfinished(out: Path, older_than_s: float = 0.0) -> None:
    """Remove what workers left that were killed while they wrote.

    Parameters
    ----------
    older_than_s : what is younger may be a worker's that still writes.
    """
    for shard in (out / RESULTS).glob("[0-9a-f][0-9a-f]"):
        durable.remove_unfinished(shard, older_than_s)


def force_to_disk() -> None:
    """Have all that was written reach the disk, where the system can be asked for that."""
    if hasattr(os, "sync"):
        os.sync()


def _rename(scratch: Path, folder: Path) -> None:
    try:
        scratch.rename(folder)
    except OSError:
        if finished(folder) is None:
            raise


def _is_whole(picture: Path) -> bool:
    """Tell whether a PNG ends as it must."""
    try:
        with picture.open("rb") as file:
            file.seek(-len(END_OF_PNG), os.SEEK_END)
            return file.read() == END_OF_PNG
    except OSError:
        return False
