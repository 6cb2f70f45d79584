"""Runs the commands that the manual shows, on the demo, in a folder of their own."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from skimage import data

from fhgui.__main__ import main as fhgui
from fhgui.core.arrays import Pixels
from fhgui.gui.help.pictures import write_film
from fhgui.imaging.demo import demo_frame
from installer.pages.fences import HEAVY, RUN, Command, commands_of

PROGRAM = "fhgui"
PHOTOS = 12
"""Pictures of the folder that the training guide works on."""
LABORATORY = "name: Example laboratory\naddress: 1 Example Street\nexaminer: A. Examiner\n"
OWN_FOLDERS = ("FHGUI_MODELS", "FHGUI_CASES", "FHGUI_PRESETS", "FHGUI_CACHE", "FHGUI_KEYS")


@dataclass(frozen=True)
class Outcome:
    """What became of a command.

    Parameters
    ----------
    code : exit code; 0 is done.
    said : the last line that it printed.
    """

    command: Command
    code: int
    seconds: float
    said: str


def pages_in_order(folder: Path) -> tuple[Path, ...]:
    """Return the pages that show commands; a page may use what one before it wrote."""
    first = ("quick-start.md", "forensic-guide.md", "clips.md", "training.md", "benchmarks.md")
    named = [folder / name for name in first]
    others = sorted(p for p in folder.rglob("*.md") if p not in named)
    return (*named, *others)


def documented(folder: Path) -> tuple[Command, ...]:
    """Return every command of the manual, in the order in which they can be run."""
    return tuple(c for page in pages_in_order(folder) for c in commands_of(page))


def prepare(folder: Path) -> None:
    """Write the files that the pages speak of: the demo frame, a film of it, photographs."""
    Image.fromarray(demo_frame()).save(folder / "photo.png")
    write_film(folder / "clip.mp4")
    (folder / "lab.yaml").write_text(LABORATORY, encoding="utf-8")
    (folder / "photos").mkdir()
    for number in range(PHOTOS):
        Image.fromarray(_photograph(number)).save(folder / "photos" / f"{number:02}.png")


def run_all(
    commands: Sequence[Command], folder: Path, *, heavy: bool = False, program: Path | None = None
) -> Iterator[Outcome]:
    """Run the commands one after the other in a folder and yield what became of each.

    Parameters
    ----------
    folder : prepared; the program's own folders are set to be in it while this runs.
    heavy : whether what is marked as heavy is run, too.
    program : an installed or frozen one; None for the one that runs this.
    """
    wanted = (RUN, HEAVY) if heavy else (RUN,)
    before = {name: os.environ.get(name) for name in OWN_FOLDERS}
    os.environ.update({name: str(folder / "own" / name) for name in OWN_FOLDERS})
    try:
        for command in commands:
            if command.treatment in wanted:
                yield _run(command, folder) if program is None else _start(command, folder, program)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})


def _run(command: Command, folder: Path) -> Outcome:
    """Run one command of the program in this process: starting it anew would take longer."""
    program, *arguments = shlex.split(command.words)
    began_s = time.monotonic()
    said = io.StringIO()
    with chdir(folder), redirect_stdout(said), redirect_stderr(said):
        code = fhgui(arguments) if program == PROGRAM else 127
    lines = said.getvalue().strip().splitlines() or [""]
    return Outcome(command, code, time.monotonic() - began_s, lines[-1])


def _start(command: Command, folder: Path, program: Path) -> Outcome:
    """Run one command by starting a program."""
    _, *arguments = shlex.split(command.words)
    began_s = time.monotonic()
    done = subprocess.run(
        [str(program), *arguments],
        check=False,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines = done.stdout.decode(errors="replace").strip().splitlines() or [""]
    return Outcome(command, done.returncode, time.monotonic() - began_s, lines[-1])


def _photograph(number: int) -> Pixels:
    """Return the astronaut in another light and place; her face is some 100 pixels wide."""
    rng = np.random.default_rng(number)
    left, top = rng.integers(0, 24, 2)
    cut = _astronaut()[top : top + 320, 60 + left : 380 + left].astype(float)
    lit = np.clip(cut * rng.uniform(0.7, 1.1) + rng.normal(0, 2, cut.shape), 0, 255)
    pixels: Pixels = lit.astype(np.uint8)
    return np.ascontiguousarray(pixels[:, ::-1]) if number % 2 else pixels


def _astronaut() -> Pixels:
    read: Any = data.astronaut  # the library states no types
    pixels: Pixels = read()
    return pixels
