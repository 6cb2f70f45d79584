"""Reads the pictures of a folder or zip for a benchmark: in the order of names, each name once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError, InputError
from fhgui.datasets.listing import VIDEOS, Item, list_sources
from fhgui.datasets.reading import Reader, decode, sha256
from fhgui.datasets.recipe import DroppedError, Reason
from fhgui.evaluation.layouts import picture_folder
from fhgui.evaluation.pose import Pose

NO_PICTURES = (".txt", ".md", ".json", ".csv", ".yaml", ".html", ".pdf", ".ini", ".db", ".mat")
"""Files that lie beside pictures as a matter of course; they are not counted as left out."""


@dataclass(frozen=True)
class LeftOut:
    """A picture that is there and could not be used, and why, in words."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture.

    Parameters
    ----------
    name : its file name without ending, with its folder's before it where two agree.
    pixels : H×W×3 uint8. sha256 : of the file.
    folder : that it lies in inside its source; empty at the top.
    person : whom it shows by the set that it is from; empty if that says nothing.
    """

    name: str
    pixels: Pixels
    sha256: str
    folder: str = ""
    person: str = ""


@dataclass(frozen=True, eq=False)
class Pair:
    """One test picture.

    Parameters
    ----------
    name : unique, fit for file names.
    truth : H×W×3 uint8. input : h×w×3 uint8.
    pose : how the protocol turned the face; None where it turns none.
    person : whom it shows, as far as is known; empty for somebody of whom there is no other.
    """

    name: str
    truth: Pixels
    input: Pixels
    pose: Pose | None = None
    person: str = ""


class UnfitError(FhguiError):
    """A picture does not fit the protocol; ``what`` says why."""


def read_pictures(
    path: Path, left_out: list[LeftOut], only: frozenset[str] | None = None
) -> Iterator[Picture]:
    """Yield the pictures of a folder or zip in the order of names.

    Gray pictures have three equal channels, of 16 bits the upper byte is taken, transparency is
    ignored: as everywhere in the program (`fhgui.evidence.pictures`).

    Parameters
    ----------
    left_out : what cannot be read is added to it.
    only : names without endings to read; None for all.

    Raises
    ------
    FhguiError
        If there is no such folder or zip, or it cannot be listed.
    """
    with Reader() as reader:
        for name, item in list_pictures(path, left_out):
            if only is not None and PurePosixPath(item.name).stem not in only:
                continue
            try:
                stored = reader.stored(item)
                yield Picture(name, decode(stored, item), sha256(stored), item.folder or "")
            except DroppedError as error:
                if error.reason is not Reason.NOT_A_PICTURE or _suffix(item) not in NO_PICTURES:
                    left_out.append(LeftOut(_inner(item), _reason(error)))


def list_pictures(path: Path, left_out: list[LeftOut]) -> list[tuple[str, Item]]:
    """Return (name, item) of what may be pictures in the order of names; see `read_pictures`."""
    if not path.exists():
        raise InputError(
            "there is no such folder or zip", path=path, hint="check the name given as data"
        )
    _, items = list_sources([picture_folder(path)], every_nth=1_000_000)
    found = [item for item in items if item.frame is None and _is_candidate(item)]
    stems = [PurePosixPath(_inner(item)).stem for item in found]
    often = (
        {stem for stem in stems if stems.count(stem) > 1} if len(set(stems)) < len(stems) else ()
    )
    named: dict[str, Item] = {}
    for stem, item in zip(stems, found, strict=True):
        name = f"{item.folder}-{stem}" if stem in often and item.folder else stem
        if name in named:
            left_out.append(LeftOut(_inner(item), f"is called like {_inner(named[name])}"))
        else:
            named[name] = item
    return sorted(named.items())


def _is_candidate(item: Item) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(_inner(item)).parts)
    return not hidden and _suffix(item) not in (*VIDEOS, *NO_PICTURES)


def _inner(item: Item) -> str:
    """Return the path inside the source; items are named ``source/path``."""
    return item.name.partition("/")[2]


def _suffix(item: Item) -> str:
    return PurePosixPath(item.name).suffix.lower()


def _reason(error: DroppedError) -> str:
    return f"{error.reason.value} ({error.what})" if error.what else error.reason.value
