"""SCface: a face cut from a surveillance picture, and the same person's mugshot.

Grgic, Delac, Grgic: SCface, surveillance cameras face database, Multimedia Tools and Applications
51, 2011. Pictures are called ``001_cam1_2.jpg`` (person, camera, distance), in whatever folders;
mugshots ``001_frontal.jpg``. The infrared cameras 6 to 8 are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.detection import find_faces
from fhgui.alignment.placing import by_landmarks
from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.core.face import PlacedBy
from fhgui.datasets.listing import Item
from fhgui.datasets.reading import Reader, decode
from fhgui.datasets.recipe import DroppedError
from fhgui.evaluation.cutting import TEMPLATE
from fhgui.evaluation.pictures import LeftOut, Pair, list_pictures
from fhgui.evaluation.protocols import Protocol

PROBE = re.compile(r"(?P<person>\d{3})_cam(?P<camera>[1-5])_(?P<distance>[1-3])")
MUGSHOT = re.compile(r"(?P<person>\d{3})_frontal")
SMALLEST_PX = 16.0
"""Width of the smallest faces looked for; those of distance 1 (4.2 m) are some 20 px wide."""


def camera_pairs(
    protocol: Protocol, data: Path, limit: int | None, left_out: list[LeftOut]
) -> Iterator[Pair]:
    """Yield (name, mugshot, face of the camera on the input's grid) in the order of names.

    Parameters
    ----------
    left_out : probes without a mugshot or without a face are added to it.
    """
    found = list_pictures(data, left_out)
    mugshots = {m["person"]: item for name, item in found if (m := MUGSHOT.match(name))}
    probes = [(name, m["person"], item) for name, item in found if (m := PROBE.fullmatch(name))]

    def pairs() -> Iterator[Pair]:
        with Reader() as reader:
            for name, person, item in probes:
                try:
                    truth = _mugshot(reader, mugshots.get(person))
                    face = _face(_read(reader, item), protocol.lr_hw)
                except (InputError, DroppedError) as error:
                    left_out.append(LeftOut(name, error.what))
                else:
                    yield Pair(name, truth, face, person=person)

    return islice(pairs(), limit)


def _mugshot(reader: Reader, item: Item | None) -> Pixels:
    if item is None:
        raise InputError("there is no frontal mugshot of the person")
    return _read(reader, item)


def _read(reader: Reader, item: Item) -> Pixels:
    return decode(reader.stored(item), item)


def _face(pixels: Pixels, lr_hw: tuple[int, int]) -> Pixels:
    faces = find_faces(pixels, smallest_px=SMALLEST_PX)
    if not faces:
        raise InputError("no face is found in the camera's picture")
    placed = by_landmarks(faces[0].landmarks, TEMPLATE, lr_hw, PlacedBy.AUTO)
    return cut_face(pixels, placed, lr_hw).pixels
