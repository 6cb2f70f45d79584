"""A slice of the fuzz run, the same every time, and a cage that sees what it must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import EvidenceError
from fhgui.evidence.files import check_file
from tests.fuzz.cage import CPU_S, Cage, Fate
from tests.fuzz.corpus import Sound
from tests.fuzz.doors import Door

CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")


def test_a_slice_of_all_kinds_opens_or_is_refused(tmp_path: Path) -> None:
    """Every sound file is opened as it is, none of the mutants does any harm."""
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "tests.fuzz", "--cases", "100", "--seed", "7"]
    done = subprocess.run(
        [*command, "--out", str(report)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    kinds = json.loads(report.read_text("utf-8"))["kinds"]
    assert sum(sum(kind["fates"].values()) for kind in kinds.values()) == 100
    assert all(kind["ways"] for kind in kinds.values())


def open_it(folder: Path) -> str:
    return (folder / "file").read_text("utf-8")


def refuse_it(folder: Path) -> str:
    raise EvidenceError("is no picture", path=folder / "file", hint="give another")


def crash(folder: Path) -> str:
    raise IndexError("out of range")


def say_two_lines(folder: Path) -> str:
    error = EvidenceError("x")
    error.sentence = lambda: "two\nlines"  # type: ignore[method-assign]
    raise error


def die(folder: Path) -> str:
    os.abort()


def hang(folder: Path) -> str:
    while True:
        pass


def fill_memory(folder: Path) -> str:
    block = np.ones(1 << 29)  # 4 GiB
    return str(block.sum())


def write_outside(folder: Path) -> str:
    (folder / "../../outside/new.txt").write_text("x")
    return "wrote"


def write_through_a_link(folder: Path) -> str:
    (folder / "link").write_text("x")
    return "wrote"


def write_behind_pythons_back(folder: Path) -> str:
    os.utime(folder.parent.parent / "outside" / "secret.txt", ns=(1, 1))
    return "touched"


def start_a_program(folder: Path) -> str:
    os.system("true")
    return "ran"


def leave_a_file(folder: Path) -> str:
    import tempfile

    tempfile.mkstemp()
    return "left"


@pytest.mark.parametrize(
    ("door", "fate"),
    [
        (open_it, Fate.OPENED),
        (refuse_it, Fate.REFUSED),
        (crash, Fate.CRASHED),
        (say_two_lines, Fate.CRASHED),
        (die, Fate.DIED),
        (hang, Fate.HUNG),
        (fill_memory, Fate.CRASHED),
        (write_outside, Fate.OUTSIDE),
        (write_through_a_link, Fate.OUTSIDE),
        (write_behind_pythons_back, Fate.OUTSIDE),
        (start_a_program, Fate.OUTSIDE),
        (leave_a_file, Fate.LEFT),
    ],
)
def test_the_cage_sees(
    door: Door, fate: Fate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.fuzz import cage as rules
    from tests.fuzz.hostile_files import Files, Link

    monkeypatch.setattr(rules, "CPU_S", 1)
    files: Files = {"file": b"sound", "link": Link("../../outside/secret.txt")}
    began_s = time.monotonic()
    outcome = Cage(tmp_path / "cage").run(door, files)
    assert outcome.fate is fate, outcome.said
    assert outcome.memory_bytes > 0
    assert time.monotonic() - began_s < rules.WALL_S
    assert CPU_S == 10


def refuse_the_longer(folder: Path) -> str:
    return str(check_file(folder / "file"))


def test_a_traced_case_tells_the_lines_that_none_reached_before(tmp_path: Path) -> None:
    cage = Cage(tmp_path / "cage")
    assert cage.run(refuse_the_longer, {"file": b"x"}).lines == ()
    first = cage.run(refuse_the_longer, {"file": b"x"}, traced=True)
    assert first.fate is Fate.OPENED
    assert all(line.startswith("evidence/files.py:") for line in first.lines)
    assert len(first.lines) > 1
    assert cage.run(refuse_the_longer, {"file": b"x"}, traced=True).lines == ()
    empty = cage.run(refuse_the_longer, {"file": b""}, traced=True)
    assert empty.fate is Fate.REFUSED
    assert set(empty.lines).isdisjoint(first.lines)
    assert cage.lines > set(first.lines)


def test_a_case_is_made_again_from_its_name() -> None:
    sound = Sound("image", "a", "evidence", {"evidence.png": bytes(range(200))}, ("evidence.png",))
    first = sound.mutant((3, 99), ())
    assert first == sound.mutant((3, 99), ())
    assert first != sound.mutant((3, 98), ())
    assert first != sound.files
