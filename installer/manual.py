#!/usr/bin/env python3
"""Build the manual, offline, and look for dead links in it; measured tables and commands, too.

``.venv/bin/python installer/manual.py`` writes ``resources/manual/site``, which the window opens
and the wheel takes along. It needs the extra ``docs``.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SOURCES = ROOT / "resources" / "manual"
SITE = SOURCES / "site"
NEEDS_A_SERVER = ("404.html", "sitemap.xml", "sitemap.xml.gz")
"""What MkDocs writes for web servers; the pages are opened from the disk."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    options = _options(arguments)
    if options.take:
        return _taken(options.take, options.rows, options.study)
    if options.tables:
        return _tables()
    if options.run:
        return _commands(options.heavy, options.program)
    return build(options.out, fast=options.fast)


def build(site: Path, *, fast: bool = False) -> int:
    """Build the site into a folder, check its links, and say how long and how large.

    Parameters
    ----------
    fast : leave the docstrings out of the reference for Python.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config

    from installer.pages.hooks import FAST
    from installer.pages.links import check

    began_s = time.monotonic()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    config = load_config(str(SOURCES / "mkdocs.yml"), site_dir=str(site))
    if fast:
        config.extra[FAST] = True
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(config)
    for name in NEEDS_A_SERVER:
        (site / name).unlink(missing_ok=True)
    checked = check(site)
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{site}: {checked.pages} pages, {checked.links} links, {size / 1e6:.1f} MB", end="")
    print(f" in {time.monotonic() - began_s:.1f} s; {len(checked.outside)} addresses outside")
    for problem in checked.problems:
        print(problem)
    return 1 if checked.problems else 0


def _taken(tables: Sequence[Path], rows: Sequence[str] | None, study: str | None) -> int:
    from installer.pages.measured import take, take_study

    if study is not None:
        for path in tables:
            print(f"{path} → {take_study(path, study)}")
        return 0
    named = None if rows is None else dict(row.split("=", 1) for row in rows)
    for path in tables:
        print(f"{path} → {take(path, rows=named)}")
    return _tables()


def _tables() -> int:
    """Write README's tables anew."""
    from installer.pages.measured import README, filled

    text = README.read_text(encoding="utf-8")
    README.write_text(filled(text), encoding="utf-8")
    print(f"{README}: tables written anew")
    return 0


def _commands(heavy: bool, program: Path | None) -> int:
    """Run every documented command and print a line for each."""
    from installer.pages.running import documented, prepare, run_all

    worst = 0
    with tempfile.TemporaryDirectory(prefix="fhgui-manual-") as name:
        folder = Path(name)
        prepare(folder)
        commands = documented(SOURCES / "pages")
        for outcome in run_all(commands, folder, heavy=heavy, program=program):
            worst = max(worst, outcome.code)
            print(f"{outcome.code:3d} {outcome.seconds:6.1f} s  {outcome.command.words}")
            if outcome.code:
                print(f"      {outcome.said}")
    return 1 if worst else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=SITE, help="folder of the site")
    parser.add_argument("--fast", action="store_true", help="without docstrings: seconds")
    parser.add_argument("--run", action="store_true", help="run every documented command instead")
    parser.add_argument("--heavy", action="store_true", help="with --run: also what takes minutes")
    parser.add_argument(
        "--program", type=Path, help="with --run: the installed or frozen program, not this one"
    )
    parser.add_argument("--tables", action="store_true", help="write README's tables anew instead")
    parser.add_argument(
        "--take", nargs="+", type=Path, metavar="TABLE", help="keep a benchmark's table.json first"
    )
    parser.add_argument(
        "--rows", nargs="+", metavar="OLD=NEW", help="with --take: only these rows, so called"
    )
    parser.add_argument("--study", help="with --take: the tables are of this shipped study")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
