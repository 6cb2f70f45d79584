"""Pictures on disk become pairs: name, truth, input.

Damaged, misnamed and unfit pictures are left out, counted and named: a table of what is there is
better than none, as long as it says of how many pictures it is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.datasets.packed import FACES, open_set
from fhgui.datasets.reading import sha256
from fhgui.evaluation.cameras import camera_pairs
from fhgui.evaluation.cutting import cut_truth
from fhgui.evaluation.degrading import degrade, pose_given
from fhgui.evaluation.layouts import test_part
from fhgui.evaluation.pca_similarity import MOST_FACES, FaceSpace, fit
from fhgui.evaluation.pictures import LeftOut, Pair, Picture, UnfitError, read_pictures
from fhgui.evaluation.protocols import Cut, Protocol, held_out

_NUMBERED = re.compile(r"(?P<person>.+)_\d{4}")
"""LFW: ``Aaron_Peirsol_0002``."""
WORDS_NAMED = 3
"""Left out pictures named in a sentence; ``run.json`` names all."""


@dataclass(frozen=True, eq=False)
class PairSet:
    """The pairs of a protocol.

    Parameters
    ----------
    pairs : in the order of names.
    left_out : pictures that are there and could not be used.
    faces : number of truths that ``--data`` holds, before any limit; None if not all were read.
    space : principal components of the truths; None for fewer than three.
    digest : SHA-256 over the names and pixels of truths and inputs.
    notes : what a reader of the figures should know of the choice of pictures, in sentences.
    """

    pairs: tuple[Pair, ...]
    left_out: tuple[LeftOut, ...]
    faces: int | None
    space: FaceSpace | None
    digest: str
    notes: tuple[str, ...] = ()


class _Found:
    """What was passed over while pictures were read.

    Attributes
    ----------
    left_out : pictures that could not be used.
    for_training : pictures that the protocol leaves to training, by their names.
    without_test : whether the data are a packed set that has no part for tests.
    """

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.left_out: list[LeftOut] = []
        self.for_training = 0
        self.without_test = False

    def measures(self, name: str) -> bool:
        """Tell whether the protocol measures a picture of this name; count it if it does not."""
        one_in = self.protocol.held_out_of
        measured = not one_in or held_out(name, one_in)
        self.for_training += not measured
        return measured

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of the figures should know, in sentences."""
        told = []
        if self.for_training:
            one_in = self.protocol.held_out_of
            told.append(
                f"{self.for_training:,} pictures were left to training: {self.protocol.id} "
                f"measures one in {one_in}, chosen by name"
            )
        elif self.without_test:
            told.append(
                "the set has no part for tests: all of its faces were measured, whether or not a "
                "method was trained on them"
            )
        return tuple(told)


def make_pairs(protocol: Protocol, data: Path, limit: int | None = None) -> PairSet:
    """Cut and degrade the pictures of a file or folder by a protocol.

    Parameters
    ----------
    data : folder or zip of pictures, or a packed set of faces.
    limit : use only the first so many faces by name.

    Raises
    ------
    FhguiError
        If there is no such data, or not one picture in it fits the protocol.
    """
    found = _Found(protocol)
    left_out = found.left_out
    if protocol.cut is Cut.CAMERA:
        seen = tuple(camera_pairs(protocol, data, limit, left_out))
        if not seen:
            raise _nothing_fits(data, found)
        return PairSet(seen, tuple(left_out), None, None, _digest(seen))
    people, truths, exhausted = _spooled(data, limit, found)
    if not people:
        raise _nothing_fits(data, found)
    space = fit(list(truths[:MOST_FACES])) if "pca_similarity" in protocol.metrics else None
    pairs = tuple(_pairs(protocol, people, truths, limit))
    faces = len(people) if exhausted else None
    return PairSet(pairs, tuple(left_out), faces, space, _digest(pairs), found.notes())


def _spooled(data: Path, limit: int | None, found: _Found) -> tuple[dict[str, str], Pixels, bool]:
    """Return whom the truths show by name, N×H×W×3 pixels, and whether all were read.

    Some more than a limit asks for are read, so that the space of faces does not depend on it.
    """
    people: dict[str, str] = {}
    exhausted, protocol = True, found.protocol
    with tempfile.TemporaryFile(prefix="fhgui-truths-") as spool:
        for picture in _truths(data, found):
            if limit is not None and len(people) >= max(limit, MOST_FACES):
                exhausted = False
                break
            people[picture.name] = person_of(picture, protocol)
            spool.write(picture.pixels.tobytes())
        if not people:
            return {}, np.empty((0, *protocol.hr_hw, 3), np.uint8), True
        spool.flush()
        shape = (len(people), *protocol.hr_hw, 3)
        # mapped, so that any number of pictures fits into memory
        return people, np.memmap(spool, np.uint8, "r", shape=shape), exhausted


def left_out_sentence(left_out: tuple[LeftOut, ...]) -> str | None:
    """Return what was left out in one sentence; None if nothing was."""
    if not left_out:
        return None
    named = "; ".join(f"{one.name}: {one.reason}" for one in left_out[:WORDS_NAMED])
    more = f"; and {len(left_out) - WORDS_NAMED} more" if len(left_out) > WORDS_NAMED else ""
    pictures = "picture is" if len(left_out) == 1 else "pictures are"
    return f"{len(left_out)} {pictures} left out ({named}{more})"


def _truths(data: Path, found: _Found) -> Iterator[Picture]:
    """Yield truths of the protocol's size in the order of names."""
    for picture in _stored(data, found):
        try:
            cut = cut_truth(picture.pixels, found.protocol)
            yield dataclasses.replace(picture, pixels=cut)
        except UnfitError as error:
            found.left_out.append(LeftOut(picture.name, error.what))


def _stored(data: Path, found: _Found) -> Iterator[Picture]:
    if data.suffix == ".npy" or (data / FACES).is_file():
        yield from _packed(data, found)
        return
    for picture in read_pictures(data, found.left_out, test_part(data, found.protocol)):
        if found.measures(picture.name):
            yield picture


def _packed(data: Path, found: _Found) -> Iterator[Picture]:
    """Yield the test faces of a packed set; of one without such a split what a folder would give.

    Names are unique, as they are in the set, though signs that files may not have are replaced.
    """
    whole = open_set(data)
    test = whole.split("test")
    found.without_test = not len(test)
    faces = whole if found.without_test else test
    named: set[str] = set()
    for i in sorted(range(len(faces)), key=lambda i: faces.names[i]):
        stem = PurePosixPath(faces.names[i].partition("#")[0]).stem
        if found.without_test and not found.measures(stem):
            continue
        name = _free(faces.names[i].replace("/", "_").replace("#", "_"), named)
        named.add(name)
        pixels = np.array(faces.pixels[i])
        person = faces.identities[i] or ""
        yield Picture(name, pixels, sha256(pixels.tobytes()), person=person)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def person_of(picture: Picture, protocol: Protocol) -> str:
    """Return whom a picture shows; its name where the protocol's data does not tell people apart.

    A packed set knows; LFW's pictures are called after people and numbered; others lie in a folder
    for each person.
    """
    if not protocol.labelled:
        return picture.name
    numbered = _NUMBERED.fullmatch(picture.name)
    return picture.person or (numbered["person"] if numbered else picture.folder or picture.name)


def _pairs(
    protocol: Protocol, people: dict[str, str], truths: Pixels, limit: int | None
) -> Iterator[Pair]:
    for (name, person), truth in islice(zip(people.items(), truths, strict=True), limit):
        for copy in range(protocol.copies):
            suffix = f"-{copy + 1}" if protocol.copies > 1 else ""
            truth_pixels = np.asarray(truth)
            made = degrade(truth_pixels, protocol, name, copy)
            pose = pose_given(protocol, name, copy)
            yield Pair(name + suffix, truth_pixels, made, pose, person)


def _digest(pairs: tuple[Pair, ...]) -> str:
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(f"{pair.name}\0{pair.truth.shape}{pair.input.shape}\0".encode())
        digest.update(pair.truth.tobytes())
        digest.update(pair.input.tobytes())
    return digest.hexdigest()


def _nothing_fits(data: Path, found: _Found) -> InputError:
    said = "; ".join(filter(None, (left_out_sentence(tuple(found.left_out)), *found.notes())))
    return InputError(
        f"no picture fits the protocol {found.protocol.id}: {said or 'it holds no pictures'}",
        path=data,
        hint=f"give {found.protocol.data}",
    )
