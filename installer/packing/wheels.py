"""The wheel: the program with its models, its manual and everything else it reads."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from installer.console import SetupError
from installer.packing.frozen import run


def build(root: Path, out: Path, epoch_s: int) -> Path:
    """Build the wheel of a checkout and return it; the manual is built first if it is missing.

    Raises
    ------
    SetupError
        If one of them cannot be built.
    """
    if not (root / "resources" / "manual" / "site" / "index.html").is_file():
        manual = [sys.executable, str(root / "installer" / "manual.py")]
        run(manual, "the manual cannot be built; the extra “docs” is needed")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("fhgui-*.whl"):
        old.unlink()
    pip = [sys.executable, "-m", "pip", "wheel", "--no-input", "--no-deps", "-w", str(out)]
    steady = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch_s)}
    run([*pip, str(root)], "the wheel cannot be built", steady)
    return newest(out)


def newest(out: Path) -> Path:
    """Return the wheel in a folder.

    Raises
    ------
    SetupError
        If there is none.
    """
    found = sorted(out.glob("fhgui-*.whl"))
    if not found:
        raise SetupError(f"{out} holds no wheel; build it first (--only wheel)")
    return found[-1]
