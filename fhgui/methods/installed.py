"""The model files on this machine: list, check, add trained ones, remove one's own.

What comes with the program is never changed: added files lie in the user's own folder of models,
which is searched first.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fhgui import paths
from fhgui.alignment.small_landmarks import FILES as LANDMARKS
from fhgui.assets import CARD, check, load_file, read_card, read_header, stated
from fhgui.core.errors import FhguiError, OutputError, WeightsError
from fhgui.finding import FILE as FINDER
from fhgui.methods import registry
from fhgui.plain import yaml_file

ENDING = ".safetensors"
_NAME = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.safetensors")
CHOSEN_BY: dict[str, dict[str, object]] = {
    "tdn/adversarial.safetensors": {"adversarial": True},
    "dcnn_mnce/denoiser-natural.safetensors": {"prior": "natural"},
}
"""Settings of its method that have a file loaded which is not among the usual ones."""

SEARCH = "search for faces"
"""Who loads what finds faces and their landmarks: no method, but the program itself."""

SEARCH_FILES = {FINDER: "weights", **dict.fromkeys(LANDMARKS.values(), "weights")}
"""Name → role."""

GALLERY_PARTS = ("bases", "entries", "prototypes")
"""What the headers of galleries call their files."""


@dataclass(frozen=True)
class InstalledModel:
    """A file that methods need or may be told to use, where it was found.

    Parameters
    ----------
    methods : ids of those that load it, or `SEARCH`; empty if nothing of this program does.
    role, name : as in `core.method.Asset`.
    path : None if it is missing.
    own : whether it lies in the user's own folder.
    used : whether it is the one that is loaded; False if an own file goes before it.
    needed : whether methods load it by default; else it is for some of their settings.
    """

    methods: tuple[str, ...]
    role: str
    name: str
    path: Path | None
    own: bool
    used: bool
    needed: bool = True

    @property
    def method(self) -> str:
        """The first method that loads it, or else the folder that it lies in."""
        return self.methods[0] if self.methods else Path(self.name).parent.as_posix()

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
    """Return every file once: those that methods need in their order, missing ones too.

    After them come the other files in the model folders: what only some settings need, and what
    no method of this program loads.
    """
    needed: dict[tuple[str, str], list[str]] = {}
    for method in registry.method_ids():
        for role, name in registry.info(method).assets:
            needed.setdefault((role, name), []).append(method)
    needed |= {(role, name): [SEARCH] for name, role in SEARCH_FILES.items()}
    rows = [row for (role, name), ids in needed.items() for row in _found(tuple(ids), role, name)]
    known = {row.name for row in rows}
    for name in _names_on_disk():
        if name not in known:
            rows.extend(_further(name))
    return tuple(rows)


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
    if file.suffix != ENDING:
        hint = f"give the {ENDING} file that a training exported, its card.yaml beside it"
        raise WeightsError("is no file of trained weights", path=file, hint=hint)
    check("weights", file)
    method, name = _place(file)
    own = paths.user_models()
    with _writing(own):
        own.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=own) as scratch:
            staged = Path(scratch) / name
            _stage(file, staged, own / name)
            with paths.searched_first(Path(scratch)):
                _try(method, name)
            (own / name).parent.mkdir(exist_ok=True)
            staged.replace(own / name)
            staged.with_name(CARD).replace((own / name).with_name(CARD))
    return next(row for row in installed() if row.path == own / name)


def _try(method: str, name: str) -> None:
    """Load what was staged; errors as of `add`."""
    if method == SEARCH:
        owner, part = Path(name).parent.as_posix(), Path(name).stem
        load_file(SEARCH_FILES[name], name, {"method": owner, "part": part})
        return
    registry.load(method, CHOSEN_BY.get(name, {}))
    if name not in (asset for _, asset in registry.info(method).assets):
        shipped = paths.model_folders()[-1] / name
        part = read_header(shipped).get("part", "") if shipped.is_file() else ""
        load_file("weights", name, {"method": method, **({"part": part} if part else {})})


def target(file: Path) -> Path:
    """Return where `add` puts a file; there may be one already.

    Raises
    ------
    WeightsError
        If it is no file of weights, or for no method.
    """
    if not file.is_file():
        raise WeightsError("there is no such file", path=file, hint="name a trained weights file")
    return paths.user_models() / _place(file)[1]


def own_files(method: str) -> tuple[Path, ...]:
    """Return the files of a method in the user's own folder; last the cards of nothing else.

    Raises
    ------
    MethodError
        If there is no such method.
    """
    whose = [row for row in installed() if row.own and method in (*row.methods, row.method)]
    if not whose:
        registry.info(method)  # refuses unknown methods
    found = [paths.user_models() / row.name for row in whose]
    cards = sorted({path.with_name(CARD) for path in found})
    return (*found, *(card for card in cards if card.is_file() and not _others(card, found)))


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
        for folder in {file.parent for file in files}:
            _keep_card(folder / CARD, _others(folder / CARD, files))
        for file in files:
            file.unlink()
        for folder in {file.parent for file in files}:
            if not any(folder.iterdir()):
                folder.rmdir()
    return files


def _others(card: Path, files: Iterable[Path]) -> frozenset[str]:
    """Return the names of the other files of models beside a card."""
    there = {path.name for path in card.parent.glob(f"*{ENDING}")}
    return frozenset(there - {path.name for path in files if path.parent == card.parent})


def _keep_card(path: Path, names: frozenset[str]) -> None:
    """Have a card tell of some files only; of none it stays as it is."""
    if names and path.is_file():
        card = yaml_file(path)
        card["files"] = {k: v for k, v in dict(card.get("files") or {}).items() if k in names}
        staged = path.with_name(f".{CARD}")
        _write_card(card, staged)
        staged.replace(path)


def _found(
    methods: tuple[str, ...], role: str, name: str, needed: bool = True
) -> Iterator[InstalledModel]:
    own = paths.user_models()
    folders = [f for f in paths.model_folders() if (f / name).is_file()]
    if not folders:
        yield InstalledModel(methods, role, name, None, own=False, used=False, needed=needed)
    for folder in folders:
        used, path = folder == folders[0], folder / name
        yield InstalledModel(methods, role, name, path, folder == own, used, needed)


def _names_on_disk() -> list[str]:
    """Return the names of all files of models; what is being added is none yet."""
    found = {
        path.relative_to(folder).as_posix()
        for folder in paths.model_folders()
        for path in folder.glob("*/*.safetensors")
        if not path.parent.name.startswith(".")
    }
    return sorted(found)


def _further(name: str) -> Iterator[InstalledModel]:
    """Return a file that no method loads by default; its header says whose it is."""
    path = paths.model_file(name)
    try:
        header = {} if path is None else read_header(path)
    except WeightsError:  # `problem` will tell
        header = {}
    owner = header.get("method", Path(name).parent.as_posix())
    role = "gallery" if header.get("part") in GALLERY_PARTS else "weights"
    return _found((owner,) if owner in registry.method_ids() else (), role, name, needed=False)


def _place(file: Path) -> tuple[str, str]:
    """Return the method and the name under the model folders that a file's header asks for."""
    header = read_header(file)
    owner, part = header.get("method", ""), header.get("part", "")
    told = header.get("name", "")
    further = _NAME.fullmatch(told) and told.startswith(f"{owner}/") and paths.model_file(told)
    if further and owner in registry.method_ids():  # another network of a method than its usual
        return owner, told
    if (name := f"{owner}/{part}.safetensors") in SEARCH_FILES:
        return SEARCH, name
    for method in registry.method_ids():
        for _, name in registry.info(method).assets:
            folder, stem = Path(name).parent.as_posix(), Path(name).stem
            # methods that share a file find it in a folder that is named after none of them
            words = stem.split("-")  # denoiser-faces, prototypes-bases
            if folder == owner and part in (stem, words[0], words[-1]):
                return method, name
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
    card["files"] = {**_beside(target), target.name: card["files"][file.name]}
    _write_card(card, staged.with_name(CARD))


def _write_card(card: Mapping[str, Any], path: Path) -> None:
    text = yaml.safe_dump(dict(card), sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")


def _beside(target: Path) -> dict[str, Any]:
    """Return what the card in a target's folder says of the other files there."""
    there = (path.name for path in target.parent.glob(f"*{ENDING}") if path.name != target.name)
    said: dict[str, Any] = {}
    for name in there:
        with suppress(WeightsError):  # of a file that no card names: it does not load anyway
            said[name] = read_card(target.with_name(name))["files"][name]
    return said


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
