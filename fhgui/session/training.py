"""The trainings that the user started: what runs, what it has told, and what can be done with it.

A training lives in a process and a folder of its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from psygnal import Signal

from fhgui.core.errors import InputError, OutputError
from fhgui.session import detached
from fhgui.session import training_process as process
from fhgui.session.runs import Runs
from fhgui.session.training_process import Order
from fhgui.session.training_run import TrainingRun, TrainingStatus, Wish

Command = Callable[[Order, bool], list[str]]
"""Returns the command line of an order; the flag says whether a run is resumed."""


class Trainings(Runs[TrainingRun]):
    """All trainings that are remembered, newest first.

    Parameters
    ----------
    register : JSON file with the folders; made when needed.
    command : replaced in tests.

    Notes
    -----
    A signal beside those of `Runs`: ``added`` (its weights are among the models now, or not: with
    it and a sentence that is empty on success).
    """

    added = Signal(TrainingRun, str)
    kind = "trainings"

    def __init__(self, register: Path, command: Command = process.train_command) -> None:
        super().__init__(register)
        self._command = command
        self._adding: dict[TrainingRun, subprocess.Popen[bytes]] = {}

    def start(self, order: Order) -> TrainingRun:
        """Start a training.

        Raises
        ------
        InputError, OutputError
            If there is no data, or the folder cannot be used.
        """
        if not order.data:
            raise InputError("there is no set of faces to train on", hint="add one")
        for folder in order.data:
            if not folder.exists():
                raise InputError("there is no set of faces here", path=folder, hint="build it")
        if _holds_run(order.out):
            raise OutputError(
                "holds a training already", path=order.out, hint="choose another folder"
            )
        run = TrainingRun(order, process.launch(self._command(order, False), order.out))
        self.put_first(run)
        return run

    def pause(self, run: TrainingRun) -> None:
        """Have a training save and leave the machine to others; its time budget stands still."""
        self._ask(run, Wish.PAUSE)

    def stop(self, run: TrainingRun) -> None:
        """Have a training save and end; asked a second time, it ends without saving."""
        self._ask(run, Wish.STOP)

    def resume(self, run: TrainingRun) -> None:
        """Go on from the last checkpoint with what is left of the time budget.

        Raises
        ------
        OutputError
            If the folder cannot be written any more.
        """
        if run.status.alive:
            return
        resuming = any(run.folder.glob("step-*.safetensors"))
        run.begin_part(process.launch(self._command(run.order, resuming), run.folder))
        self.run_changed.emit(run)
        self.remember()

    def add_to_models(self, run: TrainingRun) -> None:
        """Have the trained weights checked and installed; `added` says what came of it."""
        if run.weights is not None and run not in self._adding:
            self._adding[run] = subprocess.Popen(
                process.add_command(run.weights),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            self.run_changed.emit(run)

    def is_adding(self, run: TrainingRun) -> bool:
        """Tell whether its weights are just being installed."""
        return run in self._adding

    def leave(self) -> None:
        """Let go of everything, which goes on by itself; for the end of the window."""
        for adder in self._adding.values():
            detached.keep(adder)
        self._adding.clear()

    def poll(self) -> None:
        """Look at what runs and at what is being installed; called again and again."""
        super().poll()
        for run, adder in list(self._adding.items()):
            if adder.poll() is not None:
                self._take_added(run, adder)

    @property
    def busy(self) -> bool:
        """Whether there is anything to look at."""
        return bool(super().busy or self._adding)

    def _take_added(self, run: TrainingRun, adder: subprocess.Popen[bytes]) -> None:
        del self._adding[run]
        _, told = adder.communicate()
        run.added = adder.returncode == 0
        last = told.decode("utf-8", "replace").strip() or "the weights could not be added"
        self.remember()
        self.run_changed.emit(run)
        self.added.emit(run, "" if run.added else last.splitlines()[-1].removeprefix(detached.SAID))

    def _ask(self, run: TrainingRun, wish: Wish) -> None:
        if run.pid is None or not run.status.alive:
            return
        if run.status is not TrainingStatus.PAUSING:  # else it is saving: once more would end it
            detached.ask_to_save(run.pid, run.folder)
        run.wish = wish
        self.remember()
        run.look()
        self.run_changed.emit(run)

    def entry(self, run: TrainingRun) -> dict[str, object]:
        """Return what the register remembers of a training."""
        order = asdict(run.order)
        order["data"], order["out"] = [str(p) for p in run.order.data], str(run.folder)
        return {**order, "pid": run.pid, "wish": run.wish.value, "added": run.added}

    def run_of(self, entry: Mapping[str, Any]) -> TrainingRun:
        """Return the training of an entry; one whose folder is gone is forgotten."""
        minutes, pid = entry["minutes"], entry["pid"]
        order = Order(
            recipe=str(entry["recipe"]),
            data=tuple(Path(p) for p in entry["data"]),
            out=Path(entry["out"]),
            device=str(entry["device"]),
            minutes=None if minutes is None else float(minutes),
            start=str(entry.get("start", "")),
            terms=str(entry.get("terms", "")),
        )
        if not order.out.is_dir():
            raise ValueError("its folder is gone")
        pid = None if pid is None else int(pid)
        return TrainingRun(order, pid, Wish(entry["wish"]), bool(entry["added"]))


def _holds_run(folder: Path) -> bool:
    try:
        return (folder / process.PROGRESS).exists() or any(folder.glob("step-*.safetensors"))
    except OSError as error:
        raise OutputError("may not be read", path=folder, hint="choose another folder") from error
