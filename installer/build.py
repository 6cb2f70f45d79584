#!/usr/bin/env python3
"""Build what a laboratory installs: wheel, frozen program, archive and Debian package.

``.venv/bin/python installer/build.py`` writes all of it to ``dist/``; ``--only wheel`` and so on
one part, from the parts that are there. The same commit built on the same system with the same
libraries gives the same wheel, archive and bill of materials.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from installer.console import SetupError, output  # noqa: E402  found through the line above
from installer.packing import contents, frozen, lean, linux, papers, wheels  # noqa: E402

PARTS = ("wheel", "venv", "freeze", "papers", "archive", "deb")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    options = _options(arguments)
    try:
        for part in options.only or PARTS:
            began_s = time.monotonic()
            print(f"{part}: {_build(part, options)} in {time.monotonic() - began_s:.0f} s")
    except SetupError as error:
        print(f"installer/build.py: {error}", file=sys.stderr)
        return 1
    return 0


def _build(part: str, options: argparse.Namespace) -> str:
    """Build one part and say what it became."""
    out, work = options.out.resolve(), options.work.resolve()
    python = work / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    epoch_s = epoch(ROOT)
    if part == "wheel":
        return _sized(wheels.build(ROOT, out, epoch_s))
    if part == "venv":
        index = "" if options.cuda else options.torch_index
        frozen.make_venv(work / "venv", wheels.newest(out), index, cuda=options.cuda)
        return _sized(work / "venv")
    folder = out / frozen.NAME
    if part == "freeze":
        frozen.freeze(python, work / "pyinstaller", out, epoch_s)
        budget_mb = lean.CUDA_BUDGET_MB if options.cuda else lean.BUDGET_MB
        print(f"freeze: {lean.lighten(folder, budget_mb)}")
        return _sized(folder)
    if part == "papers":
        inside = contents.read(work / "pyinstaller", folder, python)
        papers.write_papers(python, work / "tools", ROOT, work / "papers", epoch_s, inside)
        linux.furnish(folder, ROOT, work / "papers")
        return str(work / "papers")
    packer = {"archive": linux.archive, "deb": linux.debian}[part]
    return _sized(packer(folder, out, epoch_s))


def epoch(root: Path) -> int:
    """Return the time stamped into everything: ``SOURCE_DATE_EPOCH``, or the last commit's."""
    told = os.environ.get("SOURCE_DATE_EPOCH") or output(
        "git", "-C", str(root), "log", "-1", "--format=%ct"
    )
    return int(told) if told.isdigit() else 315619200  # 1980, as early as a wheel can say


def _sized(path: Path) -> str:
    files = path.rglob("*") if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())
    return f"{path} ({size / 1e6:.1f} MB)"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts, in this order")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the products")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="folder for the work")
    parser.add_argument("--cuda", action="store_true", help="with PyPI's torch, for NVIDIA's cards")
    parser.add_argument(
        "--torch-index", default=frozen.CPU_INDEX, metavar="URL", help="index of torch without CUDA"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
