#!/usr/bin/env python3
"""Set the program up on a fresh machine, then open it (``run``) or test it (``test``).

Needs nothing but Python: finds one of a fitting version, installs missing system libraries where
it may, makes ``.venv`` in the checkout and fills it with the exact versions of
``constraints.txt``. When all of that has been done before, it takes a moment.

This folder keeps to Python 3.9's syntax, so that an old Python can still start it and help
itself to a newer one.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from installer import environment, system  # noqa: E402  found through the line above
from installer.console import SetupError, say  # noqa: E402

DEMO_RESULTS = ROOT / "fhgui-demo"

CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "import contracts": ("lint-imports",),
}
"""What ``test`` runs before pytest, by programs of the venv."""
SHARED = ("-n", "2", "--dist", "loadfile")
"""How pytest shares the files among processes: two have room in the memory of a small machine."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    options = _options(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a console without some sign still shows the rest
    began_s = time.monotonic()
    try:
        set_up(options.torch_index)
        say(f"ready after {time.monotonic() - began_s:.1f} s")
        return run_program() if options.command == "run" else run_tests()
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"{error.filename}: {error.strerror}; see to rights and space there, then start again")
        return 1
    except KeyboardInterrupt:
        say("stopped; start again to go on")
        return 130


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=("run", "test"))
    parser.add_argument(
        "--torch-index",
        metavar="URL",
        default="",
        help="further package index for torch, e.g. https://download.pytorch.org/whl/cpu:"
        " on Linux the torch of PyPI brings gigabytes of CUDA libraries",
    )
    return parser.parse_args(arguments)


def set_up(torch_index: str) -> None:
    """Make sure of Python, the system's libraries, the venv and what is in it."""
    python, version = system.find_python()
    needed = system.missing_packages(python, version, environment.python().exists())
    if needed:
        system.install_packages(needed)
    key = environment.stamp_key(version)
    if not environment.is_ready(key):
        environment.make(python, version)
        environment.fill(torch_index, key)


def run_program() -> int:
    """Open the window on the demo; without a screen do the demo's job and say where it lies."""
    fhgui = str(environment.program("fhgui"))
    if system.has_screen():
        say("opening the window")
        code = subprocess.run([fhgui, "demo"], check=False).returncode
        if code >= 0:
            return code
        say("Qt cannot draw on this screen")
    say("doing the demo's work without a window")
    command = [fhgui, "demo", "--no-window", "--force", "--out", str(DEMO_RESULTS)]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        say(f"the results are in {DEMO_RESULTS}")
    return code


def run_tests() -> int:
    """Run every check and every test; the last line is pytest's own."""
    passed = {name: _check(name, command) for name, command in CHECKS.items()}
    passed["pytest"], closing_line = _pytest()
    words = {True: "passed", False: "FAILED"}
    say("summary: " + ", ".join(f"{name} {words[ok]}" for name, ok in passed.items()))
    print(closing_line, end="", flush=True)
    return 0 if all(passed.values()) else 1


def _check(name: str, command: Sequence[str]) -> bool:
    """Run one check in the checkout; show what it says only if it fails."""
    began_s = time.monotonic()
    program = str(environment.program(command[0]))
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    passed = done.returncode == 0
    say(f"{name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began_s:.1f} s")
    if not passed:
        print(done.stdout.decode(errors="replace"), flush=True)
    return passed


def _pytest() -> tuple[bool, str]:
    """Run pytest and print all but its last line; return whether it passed, and that line."""
    held = ""
    with subprocess.Popen(
        [str(environment.program("pytest")), *SHARED],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as tests:
        assert tests.stdout is not None
        for line in tests.stdout:
            print(held, end="", flush=True)
            held = line
    return tests.returncode == 0, held


if __name__ == "__main__":
    sys.exit(main())
