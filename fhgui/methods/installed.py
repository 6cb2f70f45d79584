"""The model files on this machine: list, check, add trained ones, remove one's own.

What comes with the program is never changed: added files lie in the user's own folder of models,
which is searched first.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fhgui import paths
from fhgui.core.errors import FhguiError, OutputError, WeightsError
from fhgui.methods import registry
from fhgui.methods.assets import CARD, check, read_card, read_header, stated


@dataclass(frozen=True)
class InstalledModel:
    """A file that a method needs, where it was found.

    Parameters
    ----------
    method, role, name : as in `core.method.Asset` and `MethodInfo.assets`.
    path : None if it is missing.
    own : whether it lies in the user's own folder.
    used : whether it is the one that the method loads; False if an own file goes before it.
    """

    method: str
    role: str
    name: str
    path: Path | None
    own: bool
    used: bool

    def facts(self) -> Mapping[str, Any]:
        """Return what its card says of it; empty if there is no card or it says nothing."""
        try:
            return {} if self.path is None else stated(self.path)
        except WeightsError:
            return {}

    def problem(self) -> str | None:
        """Read the whole file; return what is wrong with it in one sentence, None if nothing."""
        if self.path is None:
            return f"{self.name}: is missing"
        try:
            check(self.role, self.path)
        except FhguiError as error:
            return error.sentence()
        return None


def installed() -> tuple[InstalledModel, ...]:
    """Return every file of every method in the order of methods, a missing one once."""
    return tuple(
        found
        for method in registry.method_ids()
        for role, name in registry.info(method).assets
        for found in _found(method, role, name)
    )


def add(file: Path) -> InstalledModel:
    """Copy a trained file and its card to where the method that it is for looks first.

    An own file of the same name is replaced, once the new one is known to load.

    Raises
    ------
    WeightsError
        If it is missing, differs from the card beside it, is for no method, or does not load.
    OutputError
        If the user's own folder cannot be written.
    """
    if not file.is_file():
        raise WeightsError("there is no such file", path=file, hint="name a trained weights file")
    check("weights", file)
    method, role, name = _place(file)
    own = paths.user_models()
    with _writing(own):
        own.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=own) as scratch:
            staged = Path(scratch) / name
            _stage(file, staged, own / name)
            with paths.searched_first(Path(scratch)):
                registry.load(method)
            (own / name).parent.mkdir(exist_ok=True)
            staged.replace(own / name)
            staged.with_name(CARD).replace((own / name).with_name(CARD))
    return InstalledModel(method, role, name, own / name, own=True, used=True)


def own_files(method: str) -> tuple[Path, ...]:
    """Return the files of a method in the user's own folder, its card last.

    Raises
    ------
    MethodError
        If there is no such method.
    """
    own = paths.user_models()
    found = [own / name for _, name in registry.info(method).assets if (own / name).is_file()]
    cards = sorted({path.with_name(CARD) for path in found})
    return (*found, *(card for card in cards if card.is_file()))


def remove(method: str) -> tuple[Path, ...]:
    """Remove a method's files from the user's own folder; return them.

    Raises
    ------
    MethodError
        If there is no such method.
    WeightsError
        If the user has no files of it; what came with the program stays.
    OutputError
        If they cannot be removed.
    """
    files = own_files(method)
    if not files:
        raise WeightsError(
            f"no files of {method} were added here",
            path=paths.user_models(),
            hint="what came with the program cannot be removed",
        )
    with _writing(files[0].parent):
        for file in files:
            file.unlink()
        if not any(files[0].parent.iterdir()):
            files[0].parent.rmdir()
    return files


def _found(method: str, role: str, name: str) -> Iterator[InstalledModel]:
    own = paths.user_models()
    folders = [f for f in paths.model_folders() if (f / name).is_file()]
    if not folders:
        yield InstalledModel(method, role, name, None, own=False, used=False)
    for folder in folders:
        yield InstalledModel(
            method, role, name, folder / name, own=folder == own, used=folder == folders[0]
        )


def _place(file: Path) -> tuple[str, str, str]:
    """Return the method, role and name under the model folders that a file's header asks for."""
    header = read_header(file)
    owner, part = header.get("method", ""), header.get("part", "")
    for method in registry.method_ids():
        for role, name in registry.info(method).assets:
            folder, stem = Path(name).parent.as_posix(), Path(name).stem
            # methods that share a file find it in a folder that is named after none of them
            words = stem.split("-")  # denoiser-faces, prototypes-bases
            if folder == owner and part in (stem, words[0], words[-1]):
                return method, role, name
    raise WeightsError(
        f"is for no method of this program (it says: {owner or 'nothing'})",
        path=file,
        hint=f"methods are {', '.join(registry.method_ids())}",
    )


def _stage(file: Path, staged: Path, target: Path) -> None:
    """Copy a file, with a card that also keeps what the target's card says of other files."""
    staged.parent.mkdir(parents=True)
    shutil.copyfile(file, staged)
    card = read_card(file)
    others: dict[str, Any] = {}
    if target.is_file():
        before = read_card(target)
        others = {k: v for k, v in before["files"].items() if k != target.name}
    card["files"] = {**others, target.name: card["files"][file.name]}
    text = yaml.safe_dump(card, sort_keys=False, allow_unicode=True, width=100)
    staged.with_name(CARD).write_text(text, encoding="utf-8")


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            path=folder,
            hint="check the folder, or name another with FHGUI_MODELS",
        ) from error
