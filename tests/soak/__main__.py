"""``python -m tests.soak``: hours of random work in the window, one report."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.soak.report import save, table
from tests.soak.watching import Watch

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LOOKED_EVERY_S, TAKEN_EVERY_S, TOLD_EVERY_S = 0.1, 1.0, 60.0
GRACE_S = 120.0
"""How much longer than asked for the window may take to end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a soak, or tell of one; return 0 if nothing was wrong."""
    options = _options(arguments)
    if options.table:
        print(table(save(options.out)))
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    if any(options.out.iterdir()):
        print(f"{options.out} is not empty", file=sys.stderr)
        return 2
    memory = Path("/dev/shm")  # where the folder of a login lies on a desktop
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as login:
        code = _soak(options, login)
    report = save(options.out)
    print(table(report), flush=True)
    wrong = report["stalls"]["own_over_200_ms"] or report["exceptions"] or report["starts"] > 1
    return 1 if code or wrong else 0


def _soak(options: argparse.Namespace, login: str) -> int:
    """Start the window and watch it to its end; one that dies is started again."""
    until = time.monotonic() + 60 * options.minutes
    code = 0
    while (left_s := until - time.monotonic()) > 1:
        process = _start(options, left_s / 60, login)
        _watch(process, options, time.monotonic() + left_s + GRACE_S)
        if process.returncode:
            code = process.returncode
            print(f"THE WINDOW ENDED WITH CODE {code}", flush=True)
        elif process.returncode == 0:
            break
    return code


def _start(options: argparse.Namespace, minutes: float, login: str) -> subprocess.Popen[bytes]:
    out = options.out.absolute()
    command = [sys.executable, "-m", "tests.soak.window", "--out", str(out)]
    command += ["--minutes", f"{minutes:.3f}", "--seed", str(options.seed)]
    command += ["--pause", str(options.pause), "--acts", str(options.acts)]
    command += ["--first", str(_acts_done(out))]
    if options.data is not None and options.data.is_dir():
        command += ["--data", str(options.data)]
    with (out / "said.txt").open("ab") as said:
        return subprocess.Popen(command, env=_environment(out, login), stdout=said, stderr=said)


def _environment(out: Path, login: str) -> dict[str, str]:
    """Return an environment in which nothing of the user's own is read or changed."""
    own = {
        "QT_QPA_PLATFORM": "offscreen",
        "FHGUI_CASES": str(out / "unnamed"),
        "FHGUI_PRESETS": str(out / "presets.json"),
        "XDG_CACHE_HOME": str(out / "cache"),
        "XDG_CONFIG_HOME": str(out / "config"),
        "XDG_RUNTIME_DIR": login,
        "OMP_NUM_THREADS": "1",
    }
    return {**os.environ, **own}


def _acts_done(out: Path) -> int:
    acts = out / "acts"
    return len(acts.read_bytes().splitlines()) if acts.is_file() else 0


def _watch(process: subprocess.Popen[bytes], options: argparse.Namespace, until: float) -> None:
    watch = Watch(process.pid, options.out / "samples", options.undisturbed)
    told = taken = time.monotonic()
    while process.poll() is None:
        watch.put_first()
        if time.monotonic() - taken >= TAKEN_EVERY_S:
            taken = time.monotonic()
            watch.take()
        if time.monotonic() - told > TOLD_EVERY_S:
            told = time.monotonic()
            _tell(save(options.out))
        if time.monotonic() > until:
            print("THE WINDOW DID NOT END", flush=True)
            process.kill()
        try:
            process.wait(timeout=LOOKED_EVERY_S)
        except subprocess.TimeoutExpired:
            continue


def _tell(report: dict[str, object]) -> None:
    stalls, grown = report["stalls"], report["growth"]
    held = {name: g["last_median"] for name, g in grown.items()}  # type: ignore[attr-defined]
    longest = (report["minutes_longest_ms"] or [0])[-1]  # type: ignore[index]
    print(f"{report['minutes']} min, {report['acts']} acts, {held}, {longest} ms,", end=" ")
    print(f"{stalls['over_200_ms']} stalls, {len(report['exceptions'])} exceptions", flush=True)  # type: ignore[index,arg-type]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0, help="how long")
    parser.add_argument("--acts", type=int, default=10**9, help="how many at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder for all that is kept")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with cctv/ in it")
    parser.add_argument("--pause", type=int, default=750, help="mean pause between acts, ms")
    first = "give the window the core before every other process (root)"
    parser.add_argument("--undisturbed", action="store_true", help=first)
    parser.add_argument("--table", action="store_true", help="only print the table of --out")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
