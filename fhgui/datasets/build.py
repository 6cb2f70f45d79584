"""Builds a packed set of faces from folders, archives and videos.

List everything, look at every item in parallel (a journal lets a killed build go on), then drop
duplicates, split and write. The result depends on the sources, the recipe and the software only:
not on the number of workers, on interruptions, or on where the files lie.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fhgui import __version__
from fhgui.core.errors import CancelledError, InputError, NoFaceError, OutputError
from fhgui.datasets.crew import look_at_all
from fhgui.datasets.finishing import finish, without_duplicates
from fhgui.datasets.journal import CANDIDATES, Journal
from fhgui.datasets.listing import Item, list_sources
from fhgui.datasets.looking import Finding
from fhgui.datasets.packed import JOURNAL, MANIFEST, FaceSet, PackedSource, open_set, to_json
from fhgui.datasets.recipe import BuildRecipe

LIBRARIES = ("numpy", "pillow", "opencv-python-headless", "dlib-bin", "av")
"""What pixels and landmarks depend on."""


@dataclass(frozen=True)
class Progress:
    """How far a build is: items looked at, those of an earlier call included, and faces found."""

    done: int
    total: int
    found: int


def build(
    paths: Sequence[Path],
    out: Path,
    recipe: BuildRecipe,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> FaceSet:
    """Build a set into the folder ``out``, or go on building it, and return it.

    Parameters
    ----------
    paths : folders (with all below them), zip archives, pictures and videos.
    workers : processes; by default one a core. Each needs about 300 MB.
    on_progress : called from time to time; raising stops the build, the next call goes on.

    Raises
    ------
    FhguiError
        If a source is missing, ``out`` cannot be used, or not a single face is left.
    """
    _check_out(out, paths)
    sources, items = list_sources(paths, recipe.every_nth)
    software = _software()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Journal(out, _key(recipe, sources, items, software), recipe.size_hw) as journal:
            if not (out / MANIFEST).exists():  # else it was killed while it tidied up
                findings = _look(items, recipe, workers or _cores(), journal, on_progress)
                _check_some_found(findings, paths)
                sifted = without_duplicates(items, findings, recipe)
                finish(out, recipe, sources, items, sifted, journal, software)
        _tidy(out)
    except NoFaceError:
        _tidy(out)
        out.rmdir()
        raise
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            path=out,
            hint="choose a folder on a disk with space that you may write to; "
            "what was begun there goes on with the same command",
        ) from error
    except KeyboardInterrupt as error:
        raise CancelledError("stopped", path=out, hint="the same command goes on") from error
    return open_set(out)


def _tidy(out: Path) -> None:
    """Remove what only a build needs; the journal last: with it tidying up can go on."""
    for name in (CANDIDATES, JOURNAL):
        (out / name).unlink(missing_ok=True)


def _look(
    items: Sequence[Item],
    recipe: BuildRecipe,
    workers: int,
    journal: Journal,
    on_progress: Callable[[Progress], None],
) -> tuple[Finding, ...]:
    """Return what every item holds, in their order."""
    open_tasks = [(n, item) for n, item in enumerate(items) if n not in journal.findings]
    found = sum(finding.reason is None for finding in journal.findings.values())
    on_progress(Progress(len(journal.findings), len(items), found))
    for looks in look_at_all(open_tasks, recipe, workers):
        for finding, face in looks:
            journal.add(finding, face)
            found += face is not None
        on_progress(Progress(len(journal.findings), len(items), found))
    return tuple(journal.findings[number] for number in range(len(items)))


def _check_out(out: Path, paths: Sequence[Path]) -> None:
    """Refuse a folder that holds anything but an unfinished build."""
    if not paths:
        raise InputError("there is nothing to build from", hint="give folders, zips or videos")
    inside = next((p for p in paths if p.is_dir() and _lies_in(out, p)), None)
    if inside is not None:
        raise OutputError(
            "lies inside the folder it would be built from", path=out, hint="choose another --out"
        )
    if out.exists() and not out.is_dir():
        raise OutputError("is a file, not a folder", path=out, hint="choose another --out")
    if out.is_dir() and any(out.iterdir()) and not (out / JOURNAL).exists():
        what = "already holds a set" if (out / MANIFEST).exists() else "already holds something"
        raise OutputError(what, path=out, hint="remove it or choose another --out")


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _check_some_found(findings: Sequence[Finding], paths: Sequence[Path]) -> None:
    reasons = Counter(finding.reason for finding in findings)
    if not reasons[None]:
        said = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common() if reason)
        raise NoFaceError(
            f"not one face is left ({said})",
            path=paths[0],
            hint="give other pictures, or settings that fit these",
        )


def _key(
    recipe: BuildRecipe,
    sources: Sequence[PackedSource],
    items: Sequence[Item],
    software: dict[str, str],
) -> str:
    """Return what tells this build from another one."""
    listed = [(item.name, item.size_bytes, item.sha256) for item in items]
    told = [asdict(recipe), [asdict(source) for source in sources], listed, software]
    return hashlib.sha256(to_json(told)).hexdigest()


def _software() -> dict[str, str]:
    return {"fhgui": __version__} | {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
