"""The benchmarks that the user started or opened: what runs, what it told, what can be done.

A benchmark lives in a process of its own. Its results appear in its folder when it is complete;
what it tells until then lies beside the register.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fhgui.core.errors import InputError, OutputError
from fhgui.session import detached
from fhgui.session.benchmark_process import BenchmarkOrder, benchmark_command
from fhgui.session.benchmark_result import read_result
from fhgui.session.benchmark_run import BenchmarkRun
from fhgui.session.runs import Runs

Command = Callable[[BenchmarkOrder], list[str]]
"""Returns the command line of an order."""

LOGS = "benchmark-logs"


class Benchmarks(Runs[BenchmarkRun]):
    """All benchmarks that are remembered, newest first; signals as those of `Runs`.

    Parameters
    ----------
    register : JSON file with the folders; made when needed.
    command : replaced in tests.
    """

    kind = "benchmarks"

    def __init__(self, register: Path, command: Command = benchmark_command) -> None:
        super().__init__(register)
        self._command = command

    def start(self, order: BenchmarkOrder) -> BenchmarkRun:
        """Start a benchmark.

        Raises
        ------
        InputError, OutputError
            If there is nothing to measure, or the folder cannot be used.
        """
        if not order.measures_something:
            raise InputError("there is no method to measure", hint="choose one")
        for _, released in order.released:
            if not released.exists():
                raise InputError(
                    "there are no released pictures here", path=released, hint="take them away"
                )
        if not order.data.exists():
            raise InputError(
                "there are no test pictures here", path=order.data, hint="choose a folder or a zip"
            )
        if any(run.folder == order.out for run in self.active):
            raise OutputError(
                "is where another benchmark will write",
                path=order.out,
                hint="choose another folder",
            )
        if _is_taken(order.out):
            raise OutputError("is not empty", path=order.out, hint="choose another folder")
        log = self._log_of(order.out)
        pid = detached.launch(self._command(order), "benchmark", log.parent, log.name)
        run = BenchmarkRun(order, log, pid)
        self.put_first(run)
        return run

    def open(self, folder: Path) -> BenchmarkRun:
        """Open the folder of an earlier benchmark.

        Raises
        ------
        InputError
            If it holds none.
        """
        folder = folder.expanduser().absolute()
        known = next((run for run in self.runs if run.folder == folder), None)
        if known is not None and known.status.alive:
            return known
        protocol = read_result(folder).protocol
        run = BenchmarkRun(BenchmarkOrder(protocol, (), folder, folder))
        run.look()
        self.put_first(run)
        return run

    def cancel(self, run: BenchmarkRun) -> None:
        """Have a benchmark end; nothing of it is kept."""
        if run.pid is None or not run.status.alive:
            return
        run.cancelled = True
        detached.ask_to_end(run.pid, run.folder)
        self.remember()
        run.look()
        self.run_changed.emit(run)

    def forget(self, run: BenchmarkRun) -> None:
        """Take a benchmark off the list; its folder stays, and so does a process."""
        super().forget(run)
        if run.log is not None and not run.status.alive:
            with suppress(OSError):  # only litter
                run.log.unlink()

    def look_again(self) -> None:
        """Look at all of them: folders of finished ones may have gone or come back."""
        for run in self.runs:
            if not run.status.alive and run.look():
                self.run_changed.emit(run)

    def entry(self, run: BenchmarkRun) -> dict[str, object]:
        """Return what the register remembers of a benchmark."""
        order = {**asdict(run.order), "data": str(run.order.data), "out": str(run.folder)}
        order["released"] = [(name, str(path)) for name, path in run.order.released]
        log = None if run.log is None else str(run.log)
        return {**order, "log": log, "pid": run.pid, "cancelled": run.cancelled}

    def run_of(self, entry: Mapping[str, Any]) -> BenchmarkRun:
        """Return the benchmark of an entry, its folder there or not."""
        limit, log, pid = entry["limit"], entry["log"], entry["pid"]
        order = BenchmarkOrder(
            protocol=str(entry["protocol"]),
            methods=tuple(str(method) for method in entry["methods"]),
            data=Path(entry["data"]),
            out=Path(entry["out"]),
            limit=None if limit is None else int(limit),
            device=str(entry["device"]),
            study=str(entry.get("study", "")),
            released=tuple((str(n), Path(p)) for n, p in entry.get("released", ())),
            settings=tuple((str(m), str(f), v) for m, f, v in entry.get("settings", ())),
            threads=entry.get("threads"),
        )
        return BenchmarkRun(
            order,
            None if log is None else Path(log),
            None if pid is None else int(pid),
            bool(entry["cancelled"]),
        )

    def _log_of(self, out: Path) -> Path:
        digest = hashlib.sha256(str(out).encode()).hexdigest()[:12]
        return self._register.parent / LOGS / f"{digest}.jsonl"


def _is_taken(folder: Path) -> bool:
    try:
        return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise OutputError("may not be read", path=folder, hint="choose another folder") from error
