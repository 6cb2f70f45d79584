"""Finds the pictures and videos in a folder that was dropped or chosen."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fhgui.provenance.case_file import SUFFIX

PICTURES = ["jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "gif"]
VIDEOS = [
    "mp4",
    "avi",
    "mkv",
    "mov",
    "ts",
    "m2ts",
    "mpg",
    "mpeg",
    "h264",
    "264",
    "h265",
    "265",
    "hevc",
]
MOST = 200
"""Sources opened from one folder; more are no desk to work on."""


@dataclass(frozen=True)
class Gathered:
    """What a folder holds.

    Parameters
    ----------
    folder : the folder itself.
    sources : pictures and videos in it and below, sorted as people count, `MOST` at most.
    left_out : how many more there are.
    cases : cases in it.
    """

    folder: Path
    sources: tuple[Path, ...] = ()
    left_out: int = 0
    cases: tuple[Path, ...] = ()

    def sentence(self) -> str:
        """Return what came of looking into the folder."""
        if not self.sources:
            return f"there is no picture or video in {self.folder}"
        count = len(self.sources)
        files = "1 file" if count == 1 else f"{count} files"
        more = f"; {self.left_out} more are left out, open them by themselves"
        return f"{files} opened from {self.folder}{more if self.left_out else ''}"


def gather(folder: Path, most: int = MOST, stopped: Callable[[], bool] = lambda: False) -> Gathered:
    """Return the sources in a folder and below; no link is followed and no case looked into.

    Parameters
    ----------
    stopped : asked in every folder; once it says so, what was found until then is returned.
    """
    found: list[Path] = []
    cases: list[Path] = []
    for place, folders, files in os.walk(folder):
        here = Path(place)
        if stopped():
            break
        cases += [here / name for name in folders if name.endswith(SUFFIX)]
        folders[:] = [f for f in folders if not f.endswith(SUFFIX) and not f.startswith(".")]
        found += [here / name for name in files if is_source_name(name)]
    found.sort(key=lambda path: natural(str(path.relative_to(folder))))
    return Gathered(folder, tuple(found[:most]), len(found[most:]), tuple(sorted(cases)))


def is_source_name(name: str) -> bool:
    """Tell whether a file has the ending of a picture or a video."""
    stem, _, ending = name.rpartition(".")
    return bool(stem) and not name.startswith(".") and ending.lower() in {*PICTURES, *VIDEOS}


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts ``frame 9`` before ``frame 10``."""
    parts = re.findall(r"\d+|\D+", text.lower())
    return [(0, int(p), "") if p.isdigit() and p.isascii() else (1, 0, p) for p in parts]
