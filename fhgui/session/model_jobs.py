"""The model files as the worker sees them: what is asked of it, what it answers, how it does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fhgui.core.errors import WeightsError
from fhgui.session import messages as m
from fhgui.session.model_card import ModelCard, card_of

if TYPE_CHECKING:
    from fhgui.methods.installed import InstalledModel

Tell = Callable[[m.Event], None]


class Verdict(StrEnum):
    """What is known of a file."""

    UNCHECKED = "not checked yet"
    MATCHES = "matches its card"
    WRONG = "does not match"
    MISSING = "missing"


@dataclass(frozen=True)
class ModelFile:
    """One file of a model, where it was found.

    Parameters
    ----------
    methods, role, name, path, own, used, needed : as in `methods.installed.InstalledModel`.
    folder : the method that `RemoveModel` is given for it.
    size_bytes : None if it is missing.
    sha256 : what its card says, hex; empty if nothing.
    problem : what is wrong with it, in one sentence; empty if nothing is known to be.
    """

    methods: tuple[str, ...]
    role: str
    name: str
    path: Path | None
    own: bool
    used: bool
    needed: bool
    folder: str
    size_bytes: int | None
    sha256: str
    verdict: Verdict
    problem: str
    card: ModelCard


@dataclass(frozen=True)
class ReadModels(m.BesideCommand):
    """Say which files of models there are; ``path`` is the user's own folder of them.

    Parameters
    ----------
    check : read each file and compare it with its card.
    """

    check: bool = False


@dataclass(frozen=True)
class AddModel(m.Command):
    """Copy trained weights, their card beside them, into the user's own folder of models.

    Parameters
    ----------
    replace : put them in the place of an earlier own file; else `ReplaceWanted` is answered.
    """

    file: Path
    replace: bool = False


@dataclass(frozen=True)
class RemoveModel(m.Command):
    """Remove a method's files from the user's own folder of models."""

    method: str


@dataclass(frozen=True)
class ModelsRead(m.Event):
    """The files of models, those that methods need first."""

    rows: tuple[ModelFile, ...]


@dataclass(frozen=True)
class ReplaceWanted(m.Event):
    """Nothing was added: ``target``, an own file, would be replaced by ``file``."""

    file: Path
    target: Path


@dataclass(frozen=True)
class ModelsChanged(m.Event):
    """Files came or went; one sentence says which."""

    sentence: str


def read_models(command: ReadModels, tell: Tell, stop: Callable[[], None]) -> None:
    """Read the cards, and the files themselves where they are to be checked.

    Parameters
    ----------
    stop : called between two files; raises to stop.
    """
    from fhgui.methods.installed import installed

    found = installed()
    rows: list[ModelFile] = []
    for number, row in enumerate(found):
        stop()
        if command.check:
            tell(m.Progress(command.job, number, len(found), f"checking {row.name}"))
        rows.append(_file(row, command.check))
    tell(ModelsRead(command.job, tuple(rows)))


def add_model(command: AddModel, tell: Tell) -> None:
    """Install a file once it is known to load, unless that would replace one unasked."""
    from fhgui.methods.installed import add, target

    if not command.replace and target(command.file).is_file():
        tell(ReplaceWanted(command.job, command.file, target(command.file)))
        return
    row = add(command.file)
    used_by = ", ".join(row.methods)
    tell(ModelsChanged(command.job, f"{row.name} was added and is used by {used_by} from now on"))


def remove_model(command: RemoveModel, tell: Tell) -> None:
    """Remove a method's own files."""
    from fhgui.methods.installed import remove

    names = ", ".join(path.name for path in remove(command.method))
    tell(ModelsChanged(command.job, f"{names} of {command.method} were removed"))


def _file(row: InstalledModel, check: bool) -> ModelFile:
    verdict, problem = _verdict(row, check)
    return ModelFile(
        methods=row.methods,
        role=row.role,
        name=row.name,
        path=row.path,
        own=row.own,
        used=row.used,
        needed=row.needed,
        folder=row.method,
        size_bytes=None if row.path is None else row.path.stat().st_size,
        sha256=str(row.facts().get("sha256", "")),
        verdict=verdict,
        problem=problem,
        card=ModelCard() if row.path is None else card_of(row.path),
    )


def _verdict(row: InstalledModel, check: bool) -> tuple[Verdict, str]:
    if row.path is None:
        return Verdict.MISSING, row.problem() or ""
    if not check:
        return Verdict.UNCHECKED, _no_card(row.path)
    problem = row.problem()
    return (Verdict.WRONG, problem) if problem else (Verdict.MATCHES, "")


def _no_card(path: Path) -> str:
    from fhgui.assets import stated

    try:
        stated(path)
    except WeightsError as error:
        return error.sentence()
    return ""
