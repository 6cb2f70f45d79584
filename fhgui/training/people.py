"""Who is on the faces of a set, as classes that a recogniser tells apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet


@dataclass(frozen=True)
class People:
    """The people of a set; class k is ``names[k]``."""

    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def digest(self) -> str:
        """SHA-256 of the names in order: what recognisers and sets are compared by."""
        return hashlib.sha256("\n".join(self.names).encode()).hexdigest()

    def labels(self, faces: FaceSet) -> NDArray[np.int64]:
        """Return the class of each face; −1 for who is none of the people."""
        known = {name: k for k, name in enumerate(self.names)}
        return np.array([known.get(who or "", -1) for who in faces.identities], np.int64)


def people_of(faces: FaceSet) -> People:
    """Return the people of a set in the order of their names.

    Raises
    ------
    FhguiError
        If a face has no name, or all have the same.
    """
    named = _names(faces.identities)
    if len(named) < 2:
        raise FhguiError(
            "the set names no two people", hint="build it with --labels folder --split-by picture"
        )
    return People(named)


def _names(identities: Iterable[str | None]) -> tuple[str, ...]:
    known = set(identities)
    if None in known:
        raise FhguiError(
            "the set holds faces without a person's name", hint="build it with --labels folder"
        )
    return tuple(sorted(name for name in known if name is not None))
