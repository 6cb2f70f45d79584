"""The model files on this machine, as the model manager shows them: read, check, add, remove."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from psygnal import Signal

from fhgui import paths
from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.model_jobs import (
    AddModel,
    ModelFile,
    ModelsChanged,
    ModelsRead,
    ReadModels,
    RemoveModel,
    ReplaceWanted,
    Verdict,
)


class Models:
    """What is known of the files.

    ``rows`` are they, ``doing`` says what goes on in words, ``asked`` is how much the worker was
    asked that it has not answered yet.

    Notes
    -----
    Signals: ``changed`` (rows, or whether something goes on), ``told`` (one sentence, and
    whether it tells of a failure), ``replace_wanted`` (a file to add, and the own one that it
    would replace). The session's ``models_changed`` tells that files came or went.
    """

    changed = Signal()
    told = Signal(str, bool)
    replace_wanted = Signal(Path, Path)

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.rows: tuple[ModelFile, ...] = ()
        self.doing = ""
        self.asked = 0

    @property
    def summary(self) -> str:
        """How many files there are, and whether they are whole."""
        rows = self.rows
        if not rows:
            return ""
        size = sum(row.size_bytes or 0 for row in rows) / 1e6
        words = f"{len(rows)} files, {size:.1f} MB"
        wrong = sum(row.verdict in (Verdict.WRONG, Verdict.MISSING) for row in rows)
        if wrong:
            return f"{words} · {wrong} missing or damaged"
        whole = all(row.verdict is Verdict.MATCHES for row in rows)
        return f"{words} · all match their cards" if whole else words

    def read(self, check: bool = False) -> None:
        """Have the cards read; ``check``: and every file compared with its card."""
        own = paths.user_models()
        self._ask("checking every file" if check else "", lambda job: ReadModels(job, own, check))

    def add(self, file: Path, replace: bool = False) -> None:
        """Have trained weights installed in the user's own folder; see `AddModel`."""
        self._ask(
            f"adding {file.name}: it is loaded once to see that it works",
            lambda job: AddModel(job, file, replace),
        )

    def remove(self, row: ModelFile) -> None:
        """Have the own files of the method that a file belongs to removed."""
        self._ask(f"removing files of {row.folder}", lambda job: RemoveModel(job, row.folder))

    def removed_with(self, row: ModelFile) -> tuple[Path, ...]:
        """Return the files that `remove` takes away with a file, itself included."""
        own = (
            r for r in self.rows if r.own and (row.folder in r.methods or r.folder == row.folder)
        )
        return tuple(r.path for r in own if r.path is not None)

    def take(self, event: m.Event, command: m.Command) -> None:
        """Take in what the worker told of the models."""
        if isinstance(event, ModelsRead):
            self.rows = event.rows
        elif isinstance(event, ReplaceWanted):
            self.replace_wanted.emit(event.file, event.target)
        elif isinstance(event, ModelsChanged):
            self._bench.note(event.sentence)
            self.told.emit(event.sentence, False)
            self._bench.models_changed.emit()
        if not isinstance(command, ReadModels | AddModel | RemoveModel):
            return
        if isinstance(event, m.Failed):
            self.told.emit(event.sentence, True)
        elif isinstance(event, m.Done):
            self._end(command)

    def _end(self, command: m.Command) -> None:
        self.asked -= 1
        self.doing = "" if not self.asked else self.doing
        self.changed.emit()
        if not isinstance(command, ReadModels):
            self.read()

    def _ask(self, doing: str, command: Callable[[int], m.Command]) -> None:
        self.asked += 1
        self.doing = doing or self.doing
        self.changed.emit()
        self._bench.ask(command)
