"""A source that goes, comes back or changes under the open case."""

import os
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from fhgui.session import messages as m
from fhgui.session.logbook import Level
from fhgui.session.session import Session
from fhgui.session.watching import look_at_files, remember_files


class Watched:
    """A session with one open source, and what it asked for."""

    def __init__(self, path: Path) -> None:
        self.asked: list[m.Command] = []
        self.session = Session(self.asked.append)
        self.path = path
        path.write_bytes(b"evidence")
        self.work = self.session.open(path)
        self.work.info, self.work.sha256 = cast(Any, object()), "a" * 64
        remember_files(self.session)

    def hashed(self, sha256: str) -> None:
        job = next(c.job for c in reversed(self.asked) if isinstance(c, m.HashSource))
        self.session.handle(m.Hashed(job, sha256))
        self.session.handle(m.Done(job))


@pytest.fixture
def at(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "a.png")


def test_a_file_that_is_left_alone_is_not_spoken_of(at: Watched) -> None:
    look_at_files(at.session)
    assert (at.work.trouble, at.session.log, at.asked) == ("", [], [])


def test_a_file_that_goes_and_comes_back_is_told_of_once_each(at: Watched) -> None:
    away = at.path.with_name("away")
    at.path.rename(away)
    look_at_files(at.session)
    look_at_files(at.session)
    assert at.work.trouble == "is not there any more"
    assert len(at.session.log) == 1
    away.rename(at.path)
    look_at_files(at.session)
    assert at.work.trouble == ""
    assert "there again, unchanged" in at.session.log[-1].text
    assert at.asked == []


def test_a_file_that_was_touched_but_holds_the_same_is_cleared(at: Watched) -> None:
    os.utime(at.path, ns=(1, 1))
    look_at_files(at.session)
    assert at.work.trouble == "was changed since it was opened"
    at.hashed("a" * 64)
    assert at.work.trouble == ""
    assert "its SHA-256 is the same" in at.session.log[-1].text


def test_another_file_in_its_place_is_an_error(at: Watched) -> None:
    at.path.write_bytes(b"something else")
    look_at_files(at.session)
    at.hashed("b" * 64)
    assert at.work.trouble
    assert at.session.log[-1].level is Level.ERROR
    assert "is another file than the one that was opened" in at.session.log[-1].text


def test_small_pictures_of_a_file_that_was_changed_are_asked_for_again(at: Watched) -> None:
    glimpses = at.session.glimpses
    glimpses.put(at.path, 0, np.zeros((9, 9, 3), np.uint8))
    os.utime(at.path, ns=(1, 1))
    look_at_files(at.session)
    wanted: list[Path] = []
    glimpses.wanted.connect(lambda path, index: wanted.append(path))
    assert glimpses.get(at.path, 0) is None
    assert wanted == [at.path]
    glimpses.put(at.path, 0, np.zeros((9, 9, 3), np.uint8))
    at.session.clear()
    assert glimpses.get(at.path, 0) is None
