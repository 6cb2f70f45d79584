"""Orders of galleries, which ``fhgui gallery build`` makes of a set of faces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from fhgui import paths
from fhgui.core.errors import FhguiError, InputError
from fhgui.core.method import GalleryInfo
from fhgui.methods import registry
from fhgui.session.builds import Headway, log_of
from fhgui.session.detached import SAID
from fhgui.session.sets import holds_set

_COUNTED = re.compile(r"(\d+) of (\d+)")


@dataclass(frozen=True)
class GalleryOrder:
    """What a gallery is to be made of, and whose it is.

    Parameters
    ----------
    data : folder of the set; its part for training is used.
    method : whose gallery.
    kind : one of the method's.
    out : the gallery's path without its endings; see `gallery_place`.
    terms : on what terms the faces may be used, for the card; empty if nobody said.
    """

    data: Path
    method: str
    kind: str
    out: Path
    terms: str = ""

    what: ClassVar[str] = "gallery"
    begins: ClassVar[str] = "reading the faces"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the gallery will be."""
        endings = gallery_info(self.method).endings
        return tuple(self.out.with_name(f"{self.out.name}{ending}") for ending in endings)

    @property
    def setting(self) -> str:
        """The gallery as the method's setting names it: below the model folders if it is there."""
        for folder in paths.model_folders():
            if self.out.is_relative_to(folder):
                return self.out.relative_to(folder).as_posix()
        return str(self.out)

    @property
    def settings(self) -> dict[str, object]:
        """What a run with this gallery sets."""
        kinds = gallery_info(self.method).kinds
        values = next((dict(kind.values) for kind in kinds if kind.name == self.kind), {})
        return {"gallery": self.setting, **values}

    def command(self) -> list[str]:
        """Return the command line that makes the gallery, or goes on making it."""
        command = [*paths.program(), "gallery", "build", str(self.data)]
        command += ["--method", self.method, "--kind", self.kind, "--out", str(self.out)]
        return [*command, *(["--terms", self.terms] if self.terms else [])]

    def check(self) -> None:
        """Refuse a set that is none, and a place where a gallery is.

        Raises
        ------
        InputError
            As said, or if the method has no gallery.
        """
        if not holds_set(self.data) and self.data.suffix.lower() != ".npy":
            raise InputError("there is no set of faces here", path=self.data, hint="build it")
        there = any(file.exists() for file in self.files)
        if self.is_whole() or (there and not log_of(self).is_file()):  # else half of one of ours
            raise InputError(
                "already holds a gallery", path=self.out, hint="give the new one another name"
            )

    def is_whole(self) -> bool:
        """Tell whether all files are there; the card that tells of the last is written last."""
        from fhgui.assets import stated

        try:
            for file in self.files:
                stated(file)
        except FhguiError:
            return False
        return all(file.is_file() for file in self.files)

    def headway(self, line: str) -> Headway | None:
        """Return what a line tells, and how many of how many where it counts something."""
        line = line.strip()
        if not line or line.startswith(SAID):
            return None
        counted = _COUNTED.search(line)
        done, total = (int(counted[1]), int(counted[2])) if counted else (0, 0)
        return Headway(done, total, line)

    def entry(self) -> dict[str, object]:
        """Return what a register remembers of the order."""
        return {**asdict(self), "makes": "gallery", "data": str(self.data), "out": str(self.out)}


def gallery_order(entry: Mapping[str, Any]) -> GalleryOrder:
    """Return the order of an entry; errors as of `fhgui.session.builds.OrderOf`."""
    method = str(entry["method"])
    try:
        gallery_info(method)
    except FhguiError as error:
        raise ValueError(str(error)) from error
    return GalleryOrder(
        data=Path(entry["data"]),
        method=method,
        kind=str(entry["kind"]),
        out=Path(entry["out"]),
        terms=str(entry["terms"]),
    )


def gallery_place(name: str) -> Path:
    """Return where a gallery of this name goes: a folder of the user's models of its own.

    No file there can take the place of a method's weights.
    """
    return paths.user_models() / "galleries" / name


def gallery_info(method: str) -> GalleryInfo:
    """Return which galleries a method has.

    Raises
    ------
    InputError
        If it has none.
    """
    found = registry.info(method).gallery
    if found is None:
        raise InputError(f"{method} has no gallery", hint="choose another method")
    return found


def methods_with_galleries() -> tuple[str, ...]:
    """Return the methods whose galleries can be built, by the order of the registry."""
    return tuple(m for m in registry.method_ids() if registry.info(m).gallery is not None)
