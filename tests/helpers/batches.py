"""Batches that run as users run them: a process of their own, whose workers may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

psutil: Any = import_module("psutil")  # ships no types
PATIENCE_S = 120.0


def aligned_folder(folder: Path, count: int) -> Path:
    """Fill a folder with pictures of 16×16 px, all different; no faces are needed for that."""
    folder.mkdir(exist_ok=True)
    draw = np.random.default_rng(count)
    for number in range(count):
        coarse = draw.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        pixels = coarse.repeat(4, axis=0).repeat(4, axis=1)
        Image.fromarray(pixels).save(folder / f"{number:04d}.png")
    return folder


def _hears_ctrl_c() -> None:
    """Undo what tests inherit that are started in the background of a shell: it deafens them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Call:
    """``fhgui batch`` in a process of its own.

    Parameters
    ----------
    folder, out, more : of the command line.
    environment : of the process; None for this one's.
    """

    def __init__(
        self,
        folder: Path,
        out: Path,
        more: Sequence[str],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._out = out
        self._began = results(out)
        command = ["batch", str(folder), "--out", str(out), "--json", *more]
        # Behind every other process: on a busy machine it must not be done before it is killed.
        behind = ["nice", "-n", "19"] if os.name == "posix" else []
        self.process = subprocess.Popen(
            [*behind, sys.executable, "-m", "fhgui", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=environment,
            preexec_fn=_hears_ctrl_c,  # noqa: PLW1509  the tests start no threads here
        )

    def wait_for_results(self, more: int) -> list[Any]:
        """Wait until so many new results are there and return the worker processes."""
        until_s = time.monotonic() + PATIENCE_S
        while len(results(self._out)) < len(self._began) + more:
            assert self.process.poll() is None, self.ended()
            assert time.monotonic() < until_s, "no results came"
            time.sleep(0.005)
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if _is_worker(child)]

    def ended(self) -> tuple[int, str, str]:
        """Wait for the end; return exit code, stdout and stderr."""
        said, told = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said.decode(), told.decode()


def results(out: Path) -> dict[str, float]:
    """Return every finished result folder and when its record was written."""
    found = out.glob("results/*/*/record.json")
    return {str(path.parent.relative_to(out)): path.stat().st_mtime for path in found}


def summary(out: Path) -> dict[str, Any]:
    """Return ``summary.json``."""
    value: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return value


def all_gone(processes: Sequence[Any], within_s: float) -> bool:
    """Tell whether processes end in time."""
    alive: list[Any] = psutil.wait_procs(processes, timeout=within_s)[1]
    return not alive


def _is_worker(process: Any) -> bool:
    try:
        return any("spawn_main" in part for part in process.cmdline())
    except psutil.Error:
        return False
