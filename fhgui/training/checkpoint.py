"""The folder of a run: its resolved recipe, the newest checkpoints, the best weights, samples.

``recipe.yaml``, ``step-00001200.safetensors`` (the newest ``keep``), ``best.safetensors``,
``samples/``. Every file appears complete or not at all; a checkpoint's digest is verified before it
is believed.
"""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import yaml
from PIL import Image

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError, OutputError
from fhgui.training.progress import Note, Report, Saved
from fhgui.training.recipe import Recipe, read_yaml
from fhgui.training.state import State, read_state, write_state

PARTIAL = ".partial"
"""Ends the names of files that are not finished."""

OWN = ("step-*.safetensors", "best.safetensors", "recipe.yaml", "samples/step-*.png")
"""Names of the files that a run writes bit by bit."""

MAY_CHANGE = (
    *("steps", "learning_rate", "learning_rate_end", "clip_norm", "early_stop"),
    *("keep", "checkpoint_s", "report_steps"),
)
"""Settings that may have changed when a run is resumed."""


@dataclass(frozen=True)
class RunFolder:
    """Where a run keeps what it needs to go on.

    Parameters
    ----------
    path : the folder; `begin` makes it.
    keep : how many checkpoints stay.
    """

    path: Path
    keep: int = 2

    @property
    def best(self) -> Path:
        """Weights of the best validation so far."""
        return self.path / "best.safetensors"

    def begin(self, recipe: Recipe, *, resume: bool) -> None:
        """Make the folder, remove what a kill left half written, and save the resolved recipe.

        Raises
        ------
        FhguiError
            If it cannot be written, holds a run that is not to be resumed, or one with other
            settings.
        """
        settings = plain(dataclasses.asdict(recipe))
        saved = self.path / "recipe.yaml"
        if self.checkpoints():
            # settings that are newer than the run had their defaults in it
            self._compare(_defaults(recipe) | read_yaml(saved), settings, resume=resume)
        with _writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            for own in OWN:  # the folder may hold files of others
                for left in self.path.glob(f"{own}{PARTIAL}"):
                    left.unlink()
        text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
        write_atomically(saved, lambda file: file.write(text.encode()))

    def checkpoints(self) -> tuple[Path, ...]:
        """Return the checkpoints, newest first."""
        return tuple(sorted(self.path.glob("step-*.safetensors"), reverse=True))

    def save(self, step: int, state: State, report: Report) -> None:
        """Write a checkpoint, then remove those that are too many.

        Raises
        ------
        OutputError
            If it cannot be written; earlier checkpoints are untouched.
        """
        path = self.path / f"step-{step:08d}.safetensors"
        save_state(path, state)
        for old in self.checkpoints()[max(1, self.keep) :]:
            old.unlink(missing_ok=True)
        report(Saved(step, str(path)))

    def save_sheet(self, step: int, sheet: Pixels) -> str:
        """Write a validation's picture of samples and return its path."""
        path = self.path / "samples" / f"step-{step:08d}.png"
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, lambda file: Image.fromarray(sheet).save(file, "PNG"))
        return str(path)

    def newest(self, report: Report) -> State | None:
        """Return the newest checkpoint that is whole; None without any.

        Raises
        ------
        FhguiError
            If there are checkpoints, but none is whole.
        """
        found = self.checkpoints()
        for path in found:
            try:
                return read_state(path)
            except FhguiError as error:
                report(Note(f"{error.sentence()}; an earlier checkpoint is tried"))
        if found:
            raise FhguiError("holds no whole checkpoint", path=self.path, hint="train afresh")
        return None

    def _compare(self, saved: State, settings: State, *, resume: bool) -> None:
        if not resume:
            raise OutputError(
                "holds a training run already",
                path=self.path,
                hint="resume it or name another folder",
            )
        keys = (saved.keys() | settings.keys()) - set(MAY_CHANGE)
        if changed := sorted(k for k in keys if saved.get(k) != settings.get(k)):
            raise FhguiError(
                f"was begun with another {', '.join(changed)}",
                path=self.path,
                hint="use the recipe beside its checkpoint or name another folder",
            )


def _defaults(recipe: Recipe) -> State:
    """Return the settings of a recipe that have a default."""
    known = [f for f in dataclasses.fields(recipe) if f.default is not dataclasses.MISSING]
    defaults: State = plain({f.name: f.default for f in known})
    return defaults


def save_state(path: Path, state: State) -> None:
    """Write a state so that a crash leaves either the old file or the new one."""
    write_atomically(path, lambda file: write_state(file, state))


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file completely or not at all.

    Raises
    ------
    OutputError
        If the disk is full or the folder cannot be written.
    """
    partial = path.with_name(path.name + PARTIAL)
    try:
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
    finally:
        if partial.is_symlink() or partial.exists():
            partial.unlink()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what the system says about a failed write into one sentence."""
    try:
        yield
    except OSError as error:
        number = error.errno
        if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            what, hint = "the disk is full", "free some space, then resume"
        elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
            what, hint = "may not be written", "choose another folder"
        else:
            what, hint = f"cannot be written ({error})", "check the folder, then resume"
        raise OutputError(what, path=path, hint=hint) from error


def plain(value: Any) -> Any:  # settings: any nesting of plain values
    """Return settings as YAML would read them back: tuples become lists."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
