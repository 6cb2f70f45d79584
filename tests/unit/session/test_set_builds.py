"""Sets are made of photographs by a process: told of, stopped, found again, gone on with."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.errors import InputError
from fhgui.session.set_builds import SetBuild, SetBuilds, SetOrder, SetStatus, build_command
from fhgui.session.sets import look_at_set

LONG_S = 60.0
SLOW = """
import sys, time
for done in range(1, 2000):
    print(f"{done}/2000 looked at, {done} faces, 20.0/s, 1.6 min left", file=sys.stderr, flush=True)
    time.sleep(0.05)
"""


def until(builds: SetBuilds, fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG_S
    while not fact():
        assert time.monotonic() < deadline, [(r.status, r.error) for r in builds.runs]
        builds.poll()
        time.sleep(0.02)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder with pictures of noise in folders of two people, and a text."""
    rng = np.random.default_rng(0)
    for number in range(6):
        folder = tmp_path / "photos" / ("anna", "bert")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        noise = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")
    (tmp_path / "photos" / "notes.txt").write_text("no picture")
    return tmp_path / "photos"


@pytest.fixture
def order(photos: Path, tmp_path: Path) -> SetOrder:
    return SetOrder((photos,), tmp_path / "faces", None, (32, 32), people=True)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[SetBuilds]:
    """Return builds whose process only counts."""
    made = SetBuilds(
        tmp_path / "settings" / "sets.json",
        lambda order: [sys.executable, "-c", SLOW, "--out", str(order.out)],
    )
    yield made
    for run in made.runs:
        run.look()
        if run.status.alive and run.pid is not None:
            os.kill(run.pid, signal.SIGKILL)
    until(made, lambda: not made.active)


def test_a_set_is_made_of_photographs(order: SetOrder, tmp_path: Path) -> None:
    builds = SetBuilds(tmp_path / "sets.json")
    ended: list[SetBuild] = []
    builds.ended.connect(ended.append)
    run = builds.start(order)
    assert run.status is SetStatus.MAKING
    with pytest.raises(InputError, match="just being made there"):
        builds.start(order)
    until(builds, lambda: bool(ended))
    assert run.status is SetStatus.MADE, run.error
    found = look_at_set(order.out)
    assert (found.faces, found.size_hw, found.identities) == (6, (32, 32), 2)
    assert (run.done, run.total) == (7, 7)
    builds.forget(run)
    assert order.out.is_dir()
    for again in (lambda: builds.start(order), lambda: builds.resume(run)):
        with pytest.raises(InputError, match="already holds a set"):
            again()


def test_what_cannot_be_made_says_why(order: SetOrder, tmp_path: Path) -> None:
    builds = SetBuilds(tmp_path / "sets.json")
    with pytest.raises(InputError, match="nothing to make a set of"):
        builds.start(replace(order, sources=()))
    run = builds.start(replace(order, sources=(order.sources[0] / "notes.txt",)))
    until(builds, lambda: not run.status.alive)
    assert run.status is SetStatus.FAILED
    assert "not one face is left" in run.error


def test_stopped_found_again_and_gone_on_with(slow: SetBuilds, order: SetOrder) -> None:
    order.out.mkdir()
    run = slow.start(order)
    until(slow, lambda: run.done > 0)
    assert run.words.endswith("1.6 min left")
    later = SetBuilds(slow._register)
    later.load()
    (found,) = later.runs
    assert found.order == order
    assert found.status is SetStatus.MAKING
    slow.stop(run)
    until(slow, lambda: run.status is SetStatus.STOPPED)
    slow.resume(run)
    assert run.status is SetStatus.MAKING
    until(slow, lambda: run.done > 0)


def test_the_command_line_is_the_users(order: SetOrder) -> None:
    command = build_command(order)
    options = ["--out", str(order.out), "--size", "32,32", "--no-align", "--labels", "folder"]
    assert command[-len(options) :] == options
    assert command[-len(options) - 1] == str(order.sources[0])
    laid = build_command(replace(order, template="celeba216", size_hw=(216, 176), people=False))
    assert laid[-4:] == ["--size", "216,176", "--template", "celeba216"]
