"""Orders of sets of faces, which ``fhgui dataset build`` makes of photographs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from fhgui import paths
from fhgui.core.errors import InputError
from fhgui.session.builds import Headway
from fhgui.session.sets import holds_set

_PROGRESS = re.compile(r"(\d+)/(\d+) looked at, (.*)")
TO_THE_END = "the faces are sifted and packed"


@dataclass(frozen=True)
class SetOrder:
    """What a set is to be made of.

    Parameters
    ----------
    sources : folders, zips, pictures and videos.
    out : folder of the set; what is told lies beside it.
    template : faces are found and laid on it; None: the pictures are aligned already.
    size_hw : height and width of the packed faces, in pixels.
    people : whether the folder that a picture lies in names the person.
    """

    sources: tuple[Path, ...]
    out: Path
    template: str | None
    size_hw: tuple[int, int]
    people: bool = False

    what: ClassVar[str] = "set of faces"
    begins: ClassVar[str] = "looking for pictures"

    def command(self) -> list[str]:
        """Return the command line that makes the set, or goes on making it."""
        height, width = self.size_hw
        command = [*paths.program(), "dataset", "build", *map(str, self.sources)]
        command += ["--out", str(self.out), "--size", f"{height},{width}"]
        command += ["--no-align"] if self.template is None else ["--template", self.template]
        return [*command, *(["--labels", "folder"] if self.people else [])]

    def check(self) -> None:
        """Refuse an order of nothing, and a folder with a set.

        Nothing would be made there, and the old one be taken for the new.

        Raises
        ------
        InputError
            As said.
        """
        if not self.sources:
            raise InputError("there is nothing to make a set of", hint="add photographs")
        if self.is_whole():
            raise InputError("already holds a set", path=self.out, hint="choose another folder")

    def is_whole(self) -> bool:
        """Tell whether the set is there; its manifest is written last."""
        return holds_set(self.out)

    def headway(self, line: str) -> Headway | None:
        """Return how many pictures and frames were looked at, and what was told of them."""
        told = _PROGRESS.fullmatch(line)
        if told is None:
            return None
        done, total = int(told[1]), int(told[2])
        words = TO_THE_END if done == total else told[3]
        return Headway(done, total, f"{done:,} of {total:,} pictures", words)

    def entry(self) -> dict[str, object]:
        """Return what a register remembers of the order."""
        return {**asdict(self), "sources": list(map(str, self.sources)), "out": str(self.out)}


def set_order(entry: Mapping[str, Any]) -> SetOrder:
    """Return the order of an entry; errors as of `fhgui.session.builds.OrderOf`."""
    height, width = entry["size_hw"]
    template = entry["template"]
    return SetOrder(
        sources=tuple(Path(p) for p in entry["sources"]),
        out=Path(entry["out"]),
        template=None if template is None else str(template),
        size_hw=(int(height), int(width)),
        people=bool(entry["people"]),
    )
